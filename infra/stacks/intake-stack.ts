import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { DomainMappingOptions } from 'aws-cdk-lib/aws-apigatewayv2';
import { DomainName, HttpApi, HttpStage, LogGroupLogDestination } from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { serve } from '../constructs/http-routes.ts';
import { HubFunction } from '../constructs/hub-function.ts';
import { LOG_RETENTION } from '../constructs/log-retention.ts';
import { QueueWithDeadLetters } from '../constructs/queue-with-dead-letters.ts';
import type { StageName } from '../stages.ts';
import { nameIn, STAGE_SETTINGS } from '../stages.ts';
import type { DataStack } from './data-stack.ts';
import type { HubStackProps } from './hub-stack.ts';
import { ROUTES } from './routes.ts';

/** The hub's own address. API Gateway in China serves the public only under a domain with an ICP licence. */
export interface CustomDomain {
  readonly domainName: string;
  readonly certificateArn: string;
}

export interface IntakeStackProps extends HubStackProps {
  readonly data: DataStack;
  readonly domain?: CustomDomain;
}

/** No query string and no header: they may carry keys and signatures. */
const ACCESS_LOG_FIELDS = {
  at: '$context.requestTime',
  requestId: '$context.requestId',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  path: '$context.path',
  status: '$context.status',
  latencyMs: '$context.responseLatency',
  bytes: '$context.responseLength',
  error: '$context.integrationErrorMessage',
};

/** The front door: the HTTP API of the whole hub, and the way of a push from the platform into the queue. */
export class IntakeStack extends Stack {
  readonly api: HttpApi;
  readonly intake: QueueWithDeadLetters;
  readonly receiveWebhook: HubFunction;

  constructor(scope: Construct, id: string, props: IntakeStackProps) {
    super(scope, id, props);
    const { stage, assets, data } = props;
    this.api = this.openApi(stage, props.domain);
    this.intake = new QueueWithDeadLetters(this, stage, 'intake');
    this.receiveWebhook = new HubFunction(this, {
      stage,
      assets,
      name: 'receive-webhook',
      resources: { tables: data.tables, files: data.files, queues: { intake: this.intake.queue } },
    });
    serve(this.api, this.receiveWebhook, ROUTES['receive-webhook'] ?? []);
    new CfnOutput(this, 'ApiUrl', { value: props.domain ? `https://${props.domain.domainName}` : this.api.apiEndpoint });
  }

  private openApi(stage: StageName, domain: CustomDomain | undefined): HttpApi {
    const settings = STAGE_SETTINGS[stage];
    // CORS stays off: the console comes from this same address, and browsers of others have no business here.
    const api = new HttpApi(this, 'Api', { apiName: nameIn(stage, 'api'), createDefaultStage: false });
    // The prefix spares the account's log resource policy, which has room for few groups.
    const logGroup = new LogGroup(this, 'AccessLogs', {
      logGroupName: `/aws/vendedlogs/${nameIn(stage, 'api')}`,
      retention: LOG_RETENTION[settings.logRetentionDays],
      removalPolicy: settings.keepsData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    new HttpStage(this, 'DefaultStage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      detailedMetricsEnabled: true,
      throttle: { rateLimit: settings.throttle.callsPerSecond, burstLimit: settings.throttle.burst },
      accessLogSettings: {
        destination: new LogGroupLogDestination(logGroup),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
      ...(domain === undefined ? {} : { domainMapping: this.mapping(domain) }),
    });
    return api;
  }

  private mapping({ domainName, certificateArn }: CustomDomain): DomainMappingOptions {
    const certificate = Certificate.fromCertificateArn(this, 'Certificate', certificateArn);
    const domain = new DomainName(this, 'Domain', { domainName, certificate });
    new CfnOutput(this, 'DomainTarget', { value: domain.regionalDomainName, description: 'Point the domain (CNAME) here' });
    return { domainName: domain };
  }
}
