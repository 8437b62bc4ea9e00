import { CloudError } from '../core/model/cloud-error.ts';
import { FakeClb } from './fake-clb.ts';

/** A CLB API that fails: some calls are refused, and of some writes the answer is lost after they took effect. */
export class LossyClb extends FakeClb {
  /** How many of the next calls fail, and how. */
  failing = 0;
  /** How many of the next writes take effect and get no answer. */
  losing = 0;

  protected override async enter(...call: Parameters<FakeClb['enter']>): Promise<void> {
    await super.enter(...call);
    if (this.failing > 0) {
      this.failing -= 1;
      throw noAnswer();
    }
  }

  protected override wrote(...write: Parameters<FakeClb['wrote']>): void {
    super.wrote(...write);
    if (this.losing > 0) {
      this.losing -= 1;
      throw noAnswer();
    }
  }
}

function noAnswer(): CloudError {
  return new CloudError('no answer', { kind: 'transient', code: 'Timeout', action: 'the fake CLB' });
}
