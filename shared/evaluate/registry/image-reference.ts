/** Where an image comes from. */
export interface ImageReference {
  /** In lower case, with its port: `docker.io`, `registry.example:5000`. */
  readonly host: string;
  /** `library/nginx`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/*
 * https://github.com/distribution/reference: the grammar of references, and its rule that the first part is a host only if
 * it has a dot, a colon or a capital letter, or is `localhost`.
 */
const HOST =
  /^(?:(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])(?:\.(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9]))*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?$/;
const PATH = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;
const TAG = /^\w[\w.-]{0,127}$/;
const DIGEST = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/;
/** Longer than any reference: nobody has to parse more. */
const MAX_LENGTH = 512;

const DOCKER_HUB = 'docker.io';
const DOCKER_HUB_ALIASES = new Set([
  DOCKER_HUB,
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
]);

/** The parts of a reference, with what Docker Hub's short names leave out; undefined for a text that is none. */
export function parseImageReference(text: string): ImageReference | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const [beforeDigest = '', digest, ...rest] = text.split('@');
  if (rest.length > 0 || (digest !== undefined && !DIGEST.test(digest))) return undefined;
  const { name, tag } = splitTag(beforeDigest);
  if (tag !== undefined && !TAG.test(tag)) return undefined;
  const { host, path } = splitHost(name);
  if (!HOST.test(host) || !PATH.test(path)) return undefined;
  return {
    host: host.toLowerCase(),
    repository: path,
    ...(tag !== undefined && { tag }),
    ...(digest !== undefined && { digest }),
  };
}

/** A colon after the last slash begins the tag; one before it, the port. */
function splitTag(text: string): { readonly name: string; readonly tag?: string } {
  const colon = text.indexOf(':', text.lastIndexOf('/') + 1);
  if (colon === -1) return { name: text };
  return { name: text.slice(0, colon), tag: text.slice(colon + 1) };
}

function splitHost(name: string): { readonly host: string; readonly path: string } {
  const slash = name.indexOf('/');
  const first = slash === -1 ? '' : name.slice(0, slash);
  const isHost = /[.:A-Z]/.test(first) || first === 'localhost';
  const host = isHost ? first : DOCKER_HUB;
  const path = isHost ? name.slice(slash + 1) : name;
  if (!DOCKER_HUB_ALIASES.has(host.toLowerCase())) return { host, path };
  return { host: DOCKER_HUB, path: path.includes('/') ? path : `library/${path}` };
}

/** The digest in what a container runtime says that it runs: `docker-pullable://nginx@sha256:…`. */
export function digestOf(imageID: string): string | undefined {
  const digest = imageID.slice(imageID.lastIndexOf('@') + 1).replace(/^[a-z-]+:\/\//, '');
  return DIGEST.test(digest) ? digest : undefined;
}
