import { testEveryFault } from '../../support/faultMatrix';

testEveryFault('update');
