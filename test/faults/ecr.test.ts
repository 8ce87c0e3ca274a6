import { testFaults } from './matrix.ts';

testFaults('ecr');
