/** Tells when messages of the account were missed, by the numbers they carry. */
export class SequenceWatch {
  private last: number | null = null;

  reset(): void {
    this.last = null;
  }

  /** False when there is a gap before this message. */
  follows(seq: number | undefined): boolean {
    if (seq === undefined) return true;
    const good = this.last === null || seq === this.last + 1;
    this.last = seq;
    return good;
  }
}
