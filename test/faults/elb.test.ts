import { testFaults } from './matrix.ts';

testFaults('elb');
