/** An error that has a sentence for people: its code is the message's code. */
export class VerifyError extends Error {
  constructor(code, details = {}) {
    super(code);
    this.name = "VerifyError";
    this.code = code;
    this.details = details;
  }
}
