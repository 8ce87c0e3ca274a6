import { testFaults } from './matrix.ts';

testFaults('eks');
