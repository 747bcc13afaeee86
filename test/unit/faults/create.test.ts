import { expectNothingLeft } from '../../support/faults/aftermath';
import { testEveryFault } from '../../support/faults/alone';

expectNothingLeft();
testEveryFault('create');
