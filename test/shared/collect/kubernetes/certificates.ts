import { makeCertificate } from '../../../../infra/sandbox/kubernetes/certificate.ts';

/** Certificates of API servers, each its own authority. */
export const FOR_LOCALHOST = makeCertificate('127.0.0.1');
export const FOR_ELSEWHERE = makeCertificate('elsewhere.example');
