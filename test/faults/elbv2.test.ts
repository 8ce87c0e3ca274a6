import { testFaults } from './matrix.ts';

testFaults('elbv2');
