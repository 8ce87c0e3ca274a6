import { testFaults } from './matrix.ts';

testFaults('iam');
