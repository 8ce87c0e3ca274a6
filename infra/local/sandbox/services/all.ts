import type { Service } from '../service.ts';

/** Every service that the sandbox speaks. */
export const allServices: readonly Service[] = [];
