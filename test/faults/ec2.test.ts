import { testFaults } from './matrix.ts';

testFaults('ec2');
