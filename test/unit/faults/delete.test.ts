import { testEveryFault } from '../../support/faultMatrix';

testEveryFault('delete');
