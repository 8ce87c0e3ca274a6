import { testFaults } from './matrix.ts';

testFaults('sts');
