import {
  AssociateAccessPolicyCommand,
  CreateAccessEntryCommand,
  DeleteAccessEntryCommand,
  EKSClient,
} from '@aws-sdk/client-eks';
import * as z from 'zod';
import { operation } from '../operation.ts';

/*
 * What writes to clusters: only to let the auditor's own role in or out, and only where somebody asked for that.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_Operations.html
 */

const client = EKSClient;
/** That there is an answer is all. */
const answer = z.object({});

export const createAccessEntry = operation({
  action: 'eks:CreateAccessEntry',
  client,
  command: CreateAccessEntryCommand,
  answer,
});

export const associateAccessPolicy = operation({
  action: 'eks:AssociateAccessPolicy',
  client,
  command: AssociateAccessPolicyCommand,
  answer,
});

export const deleteAccessEntry = operation({
  action: 'eks:DeleteAccessEntry',
  client,
  command: DeleteAccessEntryCommand,
  answer,
});
