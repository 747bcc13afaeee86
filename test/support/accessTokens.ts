import type { AccessTokens } from '../../src/api/accessTokens';
import { unexpected } from './unexpected';

/** A token, none, one that takes as long as the promise, or an error that getting it ends in. */
type Prepared = string | undefined | Promise<string | undefined> | Error;

/** Access tokens as a test prepares them. A replacement that was not prepared is unexpected. */
export class PreparedTokens implements AccessTokens {
  /** What `replace` was asked, in order. */
  readonly asked: { refused: string; interactive: boolean }[] = [];
  private readonly replacements: Prepared[] = [];

  constructor(public token: Prepared) {}

  /** Prepares the answer to one more call of `replace`. */
  thenReplaceWith(replacement: Prepared): this {
    this.replacements.push(replacement);
    return this;
  }

  current(): Promise<string | undefined> {
    return settled(this.token);
  }

  replace(refused: string, interactive: boolean): Promise<string | undefined> {
    this.asked.push({ refused, interactive });
    if (this.replacements.length === 0) unexpected('replace() of an access token');
    return settled(this.replacements.shift());
  }
}

function settled(prepared: Prepared): Promise<string | undefined> {
  return prepared instanceof Error ? Promise.reject(prepared) : Promise.resolve(prepared);
}
