import { testFaults } from './matrix.ts';

testFaults('organizations');
