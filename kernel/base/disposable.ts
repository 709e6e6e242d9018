/** Whoever creates a subscription, process or handle disposes it. */
export interface Disposable {
  dispose(): void;
}

/** Disposes its members in reverse order of their adding. */
export class DisposableStore implements Disposable {
  readonly #members: Disposable[] = [];
  #disposed = false;

  add<Member extends Disposable>(member: Member): Member {
    if (this.#disposed) member.dispose();
    else this.#members.push(member);
    return member;
  }

  dispose(): void {
    this.#disposed = true;
    for (const member of this.#members.splice(0).reverse()) member.dispose();
  }
}
