let loads = 0;

/** The handler of a function as a new process of Lambda loads it: it keeps its environment. */
export async function loadAnew<Name extends keyof Handlers>(name: Name): Promise<Handlers[Name]> {
  loads += 1;
  const url = new URL(`../../functions/${name}/handler.ts?load=${loads}`, import.meta.url);
  const { handler } = await import(url.href);
  return handler;
}

interface Handlers {
  readonly plan: typeof import('../../functions/plan/handler.ts').handler;
  readonly audit: typeof import('../../functions/audit/handler.ts').handler;
  readonly report: typeof import('../../functions/report/handler.ts').handler;
}
