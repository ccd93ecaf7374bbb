import type { StackProps } from 'aws-cdk-lib';
import type { Assets } from '../constructs/hub-function.ts';
import type { StageName } from '../stages.ts';

export interface HubStackProps extends StackProps {
  readonly stage: StageName;
  readonly assets: Assets;
}
