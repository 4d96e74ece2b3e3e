/**
 * How V8 is started in a sequencer's process; `npm run node` does so. On two cores its four helper threads take the event loop, the disk's
 * threads and the signature checks off the processor for 20 to 90 ms whenever they collect at once: one does not. A smaller
 * nursery is emptied in 1 ms instead of 10. (docs/decisions/0009-heads.md has the figures.)
 */
export const V8_FLAGS: readonly string[] = ['--v8-pool-size=1', '--max-semi-space-size=8'];
