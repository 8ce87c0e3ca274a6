import { X509Certificate } from 'node:crypto';
import { expect, it } from 'vitest';
import { makeCertificate } from '../../../infra/sandbox/kubernetes/certificate.ts';

it('a certificate is of one name, of its own authority, and for a year', () => {
  const now = new Date('2026-11-27T09:15:00Z');

  const { cert } = makeCertificate('orders.example', now);

  const read = new X509Certificate(cert);
  expect(read.checkHost('orders.example')).toBe('orders.example');
  expect(read.checkHost('other.example')).toBeUndefined();
  expect(read.checkIssued(read) && read.verify(read.publicKey) && read.ca).toBe(true);
  expect([read.validFromDate, read.validToDate]).toEqual([
    new Date('2025-11-27T09:15:00Z'),
    new Date('2027-11-27T09:15:00Z'),
  ]);
});

it('a certificate of an address is for that alone, and has a key of its own', () => {
  const [one, another] = [makeCertificate('127.0.0.1'), makeCertificate('127.0.0.1')];

  const read = new X509Certificate(one.cert);
  expect(read.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(read.checkIP('127.0.0.2')).toBeUndefined();
  expect(read.verify(new X509Certificate(another.cert).publicKey)).toBe(false);
});
