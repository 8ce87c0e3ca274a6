import * as z from 'zod';

export const organizationalUnitId = z
  .string()
  .regex(
    /^(r-[0-9a-z]{4,32}|ou-[0-9a-z]{4,32}-[0-9a-z]{8,32})$/,
    'must be like ou-ab12-cd34ef56, or a root like r-ab12',
  );
