import { testFaults } from './matrix.ts';

testFaults('account');
