import { testEveryFault } from '../../support/faultMatrix';

testEveryFault('get');
