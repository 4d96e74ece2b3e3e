/** Sets of the numbers 0 to `size` - 1, each in one of them: at first alone. A set is called by its least number. */
export class DisjointSets {
  private readonly parent: Uint32Array;

  constructor(size: number) {
    this.parent = Uint32Array.from({ length: size }, (_, member) => member);
  }

  /** The least number of the set that `member` is in. */
  find(member: number): number {
    const { parent } = this;
    let root = member;
    while (parent[root] !== root) root = parent[root] ?? 0;
    for (let at = member; at !== root; ) {
      const next = parent[at] ?? 0;
      parent[at] = root;
      at = next;
    }
    return root;
  }

  unite(one: number, other: number): void {
    const [x, y] = [this.find(one), this.find(other)];
    this.parent[Math.max(x, y)] = Math.min(x, y);
  }
}
