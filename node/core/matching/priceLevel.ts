/** Orders at one price, oldest first, as an intrusive list: adding and removing cost the same at any depth. */
export class PriceLevel<Entry> {
  readonly price: number;
  lots = 0;
  orders = 0;
  head: Entry | null = null;
  tail: Entry | null = null;

  constructor(price: number) {
    this.price = price;
  }
}
