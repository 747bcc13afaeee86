import { expectNothingLeft } from '../../support/faultInjection/cleanupChecks';
import { testEveryFault } from '../../support/faultInjection/singleRequest';

expectNothingLeft();
testEveryFault('delete');
