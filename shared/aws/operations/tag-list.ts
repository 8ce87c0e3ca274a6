import * as z from 'zod';

/** Tags as EC2 and both Elastic Load Balancing APIs list them; a tag without a value has an empty one. */
export const tagList = z.array(z.object({ Key: z.string().min(1), Value: z.string() }));
