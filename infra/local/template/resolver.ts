import { ACCOUNT, PARTITION, REGION, URL_SUFFIX, arn, arnOf, givenName, inventedName } from './names.ts';
import { resourcesOf, type Placed, type Stack } from './stacks.ts';

export interface ResolverInput {
  readonly stacks: readonly Stack[];
  /** Base address of the queue engine: a queue's Ref is its URL. */
  readonly sqsEndpoint: string;
  /** Address of the hub itself, for an API's endpoint attribute. */
  readonly hubUrl: string;
}

/** The template says something that the local runtime cannot do; the boot stops rather than run something else. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

type Intrinsic = (stack: string, argument: unknown) => unknown;

/** How deep references may lead from one to the next before it must be a circle. */
const DEPTH_MAX = 50;

/** Turns template values into what CloudFormation would have put in their place. Throws on what it does not know. */
export class Resolver {
  readonly #input: ResolverInput;
  readonly #placed: ReadonlyMap<string, Placed>;
  readonly #exported = new Map<string, { readonly stack: string; readonly value: unknown }>();
  #depth = 0;

  constructor(input: ResolverInput) {
    this.#input = input;
    this.#placed = new Map(resourcesOf(input.stacks).map((each) => [`${each.stack}/${each.logicalId}`, each]));
    for (const { name: stack, template } of input.stacks) {
      for (const { Export, Value } of Object.values(template.Outputs)) {
        if (Export !== undefined) this.#exported.set(this.#text(stack, Export.Name), { stack, value: Value });
      }
    }
  }

  resolve(stack: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((each: unknown) => this.resolve(stack, each)).filter((each) => each !== undefined);
    if (!isRecord(value)) return value;
    const [key, ...others] = Object.keys(value);
    if (key !== undefined && others.length === 0 && (key === 'Ref' || key.startsWith('Fn::'))) {
      return this.#evaluate(key, stack, value[key]);
    }
    const entries = Object.entries(value).map(([name, each]) => [name, this.resolve(stack, each)]);
    return Object.fromEntries(entries.filter(([, each]) => each !== undefined));
  }

  /** The physical name of a resource: the given one, else one that stays the same at every boot. */
  name(placed: Placed): string {
    const given = givenName(placed);
    return given === undefined ? inventedName(placed) : this.#text(placed.stack, given);
  }

  #evaluate(key: string, stack: string, argument: unknown): unknown {
    const intrinsic = this.#intrinsics[key];
    if (intrinsic === undefined) throw new TemplateError(`the local runtime does not know ${key}`);
    this.#depth += 1;
    try {
      if (this.#depth > DEPTH_MAX) throw new TemplateError('references go round in a circle');
      return intrinsic(stack, argument);
    } finally {
      this.#depth -= 1;
    }
  }

  readonly #intrinsics: Readonly<Record<string, Intrinsic>> = {
    Ref: (stack, argument) => this.#ref(stack, this.#text(stack, argument)),
    'Fn::GetAtt': (stack, argument) => {
      const [logicalId = '', ...rest] = typeof argument === 'string' ? argument.split('.') : this.#list(stack, argument).map(String);
      return this.#attribute(stack, logicalId, rest.join('.'));
    },
    'Fn::Join': (stack, argument) => {
      const [separator, parts] = pair(argument);
      return this.#list(stack, parts).map(String).join(this.#text(stack, separator));
    },
    'Fn::Select': (stack, argument) => {
      const [index, parts] = pair(argument);
      return this.#list(stack, parts)[Number(this.#text(stack, index))];
    },
    'Fn::Split': (stack, argument) => {
      const [separator, source] = pair(argument);
      return this.#text(stack, source).split(this.#text(stack, separator));
    },
    'Fn::Sub': (stack, argument) => this.#substitute(stack, argument),
    'Fn::ImportValue': (stack, argument) => {
      const key = this.#text(stack, argument);
      const found = this.#exported.get(key);
      if (found === undefined) throw new TemplateError(`no stack exports ${key}`);
      return this.resolve(found.stack, found.value);
    },
  };

  #text(stack: string, value: unknown): string {
    const resolved = this.resolve(stack, value);
    if (typeof resolved === 'string') return resolved;
    if (typeof resolved === 'number' || typeof resolved === 'boolean') return String(resolved);
    throw new TemplateError(`text was expected, not ${JSON.stringify(value)}`);
  }

  #list(stack: string, value: unknown): unknown[] {
    const resolved = this.resolve(stack, value);
    if (!Array.isArray(resolved)) throw new TemplateError(`a list was expected, not ${JSON.stringify(value)}`);
    return resolved;
  }

  #at(stack: string, logicalId: string): Placed {
    const found = this.#placed.get(`${stack}/${logicalId}`);
    if (found === undefined) throw new TemplateError(`${stack} has no resource ${logicalId}`);
    return found;
  }

  #ref(stack: string, logicalId: string): unknown {
    if (logicalId === 'AWS::NoValue') return undefined;
    if (logicalId === 'AWS::StackName') return stack;
    if (logicalId === 'AWS::StackId') return arn('cloudformation', `stack/${stack}/local`);
    const pseudo = PSEUDO[logicalId];
    if (pseudo !== undefined) return pseudo;
    const parameter = this.#input.stacks.find((each) => each.name === stack)?.template.Parameters[logicalId];
    if (parameter !== undefined) return parameter.Default;
    const target = this.#at(stack, logicalId);
    if (target.resource.Type === 'AWS::SQS::Queue') return `${this.#input.sqsEndpoint}/${ACCOUNT}/${this.name(target)}`;
    if (target.resource.Type === 'AWS::SecretsManager::Secret') return arnOf.secret(this.name(target));
    return NAMED.has(target.resource.Type) ? this.name(target) : logicalId;
  }

  #attribute(stack: string, logicalId: string, attribute: string): string {
    const target = this.#at(stack, logicalId);
    const found = ATTRIBUTES[`${target.resource.Type}.${attribute}`];
    if (found !== undefined) return found(this.name(target));
    if (attribute === 'ApiEndpoint') return this.#input.hubUrl;
    // Roles, keys and log groups have no counterpart here; whoever asks for their ARN only hands it on.
    if (attribute === 'Arn') return arn('local', `${stack}/${logicalId}`);
    throw new TemplateError(`the local runtime does not know ${attribute} of ${target.resource.Type}`);
  }

  #substitute(stack: string, argument: unknown): string {
    const parts: readonly unknown[] = Array.isArray(argument) ? argument : [argument];
    const [template, variables] = parts;
    if (typeof template !== 'string') throw new TemplateError('Fn::Sub needs a text');
    return template.replace(/\$\{([^}]+)\}/g, (_whole, key: string) => {
      if (key.startsWith('!')) return `\${${key.slice(1)}}`;
      if (isRecord(variables) && key in variables) return this.#text(stack, variables[key]);
      return this.#text(stack, key.includes('.') ? { 'Fn::GetAtt': key } : { Ref: key });
    });
  }
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
  'AWS::Partition': PARTITION,
  'AWS::URLSuffix': URL_SUFFIX,
};

/** Kinds whose Ref is their name. Of the others (an API, an integration) the logical id is as good as any id. */
const NAMED = new Set([
  'AWS::DynamoDB::Table',
  'AWS::DynamoDB::GlobalTable',
  'AWS::S3::Bucket',
  'AWS::Lambda::Function',
  'AWS::Events::Rule',
  'AWS::Scheduler::Schedule',
]);

const ATTRIBUTES: Readonly<Record<string, (name: string) => string>> = {
  'AWS::DynamoDB::Table.Arn': arnOf.table,
  'AWS::DynamoDB::Table.StreamArn': arnOf.stream,
  'AWS::DynamoDB::GlobalTable.Arn': arnOf.table,
  'AWS::DynamoDB::GlobalTable.StreamArn': arnOf.stream,
  'AWS::SQS::Queue.Arn': arnOf.queue,
  'AWS::SQS::Queue.QueueName': (name) => name,
  'AWS::S3::Bucket.Arn': arnOf.bucket,
  'AWS::Lambda::Function.Arn': arnOf.function,
};

function pair(argument: unknown): [unknown, unknown] {
  if (!Array.isArray(argument) || argument.length !== 2) throw new TemplateError(`two arguments were expected, not ${JSON.stringify(argument)}`);
  return [argument[0], argument[1]];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
