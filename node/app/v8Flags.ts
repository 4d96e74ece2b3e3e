/**
 * How V8 is started in a sequencer's process; `npm run node` does so. On two cores its four helper threads take the event loop, the disk's
 * threads and the signature checks off the processor for 20 to 90 ms whenever they collect at once: one does not. A smaller
 * nursery is emptied in 1 to 2 ms instead of 10. Where many requests are under way at once V8 takes what they allocate for long-lived
 * and puts it among the old from then on (pretenuring): each request leaves 6 kB there instead of the 1 kB that its order keeps, and the
 * old generation is collected every few seconds, 20 to 200 ms each time. Without that, and with room to begin with, once in minutes.
 * (docs/decisions/0009-heads.md has the figures.)
 */
export const V8_FLAGS: readonly string[] = [
  '--v8-pool-size=1',
  '--max-semi-space-size=8',
  '--no-allocation-site-pretenuring',
  '--initial-heap-size=512',
];
