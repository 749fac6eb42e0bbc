/** A failure that the user is told in one sentence, with what to do about it. */

export class SetupError extends Error {
  /**
   * @param {string} message - what is wrong: one sentence that names the thing
   * @param {string} advice - what to do: one sentence
   * @param {string[]} [details] - last lines of the output of the command that failed
   */
  constructor(message, advice, details = []) {
    super(message);
    this.name = "SetupError";
    this.advice = advice;
    this.details = details;
  }
}

/**
 * The error that a failed write or command stands for, when its text shows a cause that the user can do something about.
 *
 * @param {string} what - what was being done, such as "installing the npm packages"
 * @param {string} text - what was printed, or an error's message with its code
 * @param {string[]} [details] - lines to show below
 * @returns {SetupError | undefined} nothing when the text shows none of the known causes
 */
export function knownCause(what, text, details = []) {
  if (/ENOSPC|No space left on device|not enough space on the disk|EDQUOT|Disk quota exceeded/i.test(text)) {
    return new SetupError(`The disk is full: ${what} could not be finished.`, "Free some space on this disk, then run the same command again.", details);
  }
  if (NO_NETWORK.test(text)) {
    return new SetupError(`The package registry was not reached: ${what} could not be finished.`,
      "Check the network and the proxy settings of npm and pip, then run the same command again.", details);
  }
  if (/EACCES|EPERM|EROFS|Permission denied|Read-only file system/i.test(text)) {
    return new SetupError(`A file could not be written: ${what} could not be finished.`,
      "Make the checkout's folder writable for you (everything is kept inside it), then run the same command again.", details);
  }
  return undefined;
}

/** What npm, Node, pip and Python print when a registry is not reached. */
export const NO_NETWORK = new RegExp([
  "ENOTFOUND", "EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH", "ERR_SOCKET_TIMEOUT",
  "NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ReadTimeoutError", "ProxyError", "Temporary failure in name resolution",
  "Failed to establish a new connection", "Network is unreachable", "Connection refused", "Max retries exceeded",
].join("|"));
