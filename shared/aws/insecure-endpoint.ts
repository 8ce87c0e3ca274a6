/** Names and addresses of this machine: https://www.rfc-editor.org/rfc/rfc6761#section-6.3, RFC 1122 and RFC 4291. */
const THIS_MACHINE = /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether requests would leave this machine in the clear. `protocol` is `http:` or `https:`. */
export function isInsecureEndpoint({
  protocol,
  hostname,
}: {
  readonly protocol: string;
  readonly hostname: string;
}): boolean {
  return protocol === 'http:' && !THIS_MACHINE.test(hostname);
}
