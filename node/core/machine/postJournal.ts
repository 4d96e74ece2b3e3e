import type { AccountState, PostScratch } from './accountState.ts';
import type { InstrumentState } from './instrumentState.ts';

interface Posting {
  readonly account: AccountState;
  readonly instrument: InstrumentState;
  readonly before: PostScratch;
}

/** Tries postings on the accounts themselves, to be taken back exactly: every quantity is an integer. */
export class PostJournal {
  private readonly postings: Posting[] = [];

  post(account: AccountState, instrument: InstrumentState, after: PostScratch): void {
    this.postings.push({ account, instrument, before: account.capture(instrument) });
    account.commit(after, instrument);
  }

  /** Latest first. */
  rollBack(): void {
    for (let posting = this.postings.pop(); posting !== undefined; posting = this.postings.pop()) {
      posting.account.commit(posting.before, posting.instrument);
    }
  }
}
