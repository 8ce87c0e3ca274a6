import { testFaults } from './matrix.ts';

testFaults('kms');
