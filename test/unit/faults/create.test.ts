import { testEveryFault } from '../../support/faultMatrix';

testEveryFault('create');
