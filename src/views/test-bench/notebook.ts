import { IRequest } from './bench';
import { isText } from './content-types';

/**
 * Where a request goes.
 */
export interface IWhere {
  readonly connection: string;
  readonly region: string;
  readonly endpoint: string;
}

const PROFILE = 'profile:';

/**
 * The code of a request, a text a cell: with boto3, against the same endpoint.
 *
 * `file` is the name of the file beside the notebook that holds the request's bytes; null where
 * they are text, which stands in the code.
 */
export function cellsOf(
  where: IWhere,
  request: IRequest,
  file: string | null
): string[] {
  const { connection, region, endpoint } = where;
  const session = [
    connection.startsWith(PROFILE)
      ? `profile_name=${quoted(connection.slice(PROFILE.length))}`
      : '',
    `region_name=${quoted(region)}`
  ].filter(Boolean);
  const named: [string, string | null][] = [
    ['EndpointName', endpoint],
    ['ContentType', request.contentType],
    ['Accept', request.accept],
    ['TargetVariant', request.variant],
    ['InferenceComponentName', request.component],
    ['CustomAttributes', request.customAttributes]
  ];
  const parameters = named
    .filter(([, value]) => value !== null)
    .map(([name, value]) => `    ${name}=${quoted(value!)},\n`)
    .join('');
  const imports = [
    'import json',
    request.queued && 'import time\nimport uuid',
    file !== null && 'from pathlib import Path'
  ].filter(Boolean);
  return [
    `${imports.join('\n')}\n\nimport boto3\n\n` +
      `session = boto3.Session(${session.join(', ')})\n` +
      'runtime = session.client("sagemaker-runtime")',
    file === null
      ? `body = ${literal(new TextDecoder().decode(request.bytes))}.encode()`
      : `body = Path(${quoted(file)}).read_bytes()`,
    ...(request.queued
      ? queuedCells(parameters)
      : [request.stream ? streamedCell(parameters) : calledCell(parameters)]),
    'try:\n    result = json.loads(content)\n' +
      'except ValueError:  # no JSON\n    result = content\nresult'
  ];
}

function calledCell(parameters: string): string {
  return (
    `answer = runtime.invoke_endpoint(\n${parameters}    Body=body,\n)\n` +
    'content = answer["Body"].read()\n' +
    'print(answer["ContentType"], len(content), "bytes")'
  );
}

function streamedCell(parameters: string): string {
  return (
    'answer = runtime.invoke_endpoint_with_response_stream(\n' +
    `${parameters}    Body=body,\n)\ncontent = b""\n` +
    'for event in answer["Body"]:\n' +
    '    part = event["PayloadPart"]["Bytes"]\n' +
    '    print(part.decode(errors="replace"), end="", flush=True)\n' +
    '    content += part'
  );
}

/** The request goes to the account's default bucket, as the test bench and the SDK have it. */
function queuedCells(parameters: string): string[] {
  return [
    's3 = session.client("s3")\n' +
      'account = session.client("sts").get_caller_identity()["Account"]\n' +
      'bucket = f"sagemaker-{session.region_name}-{account}"\n' +
      'key = f"async-endpoint-inputs/{uuid.uuid4()}"\n' +
      's3.put_object(Bucket=bucket, Key=key, Body=body)\n' +
      'answer = runtime.invoke_endpoint_async(\n' +
      `${parameters}    InputLocation=f"s3://{bucket}/{key}",\n)\n` +
      'answer["OutputLocation"]',
    'def read(uri):\n' +
      '    """What is at an S3 URI; None while there is nothing."""\n' +
      '    bucket, key = uri.removeprefix("s3://").split("/", 1)\n' +
      '    try:\n' +
      '        return s3.get_object(Bucket=bucket, Key=key)["Body"].read()\n' +
      '    except s3.exceptions.NoSuchKey:\n' +
      '        return None\n\n\n' +
      'while (content := read(answer["OutputLocation"])) is None:\n' +
      '    failure = answer.get("FailureLocation")\n' +
      '    if failure and (said := read(failure)) is not None:\n' +
      '        raise RuntimeError(said.decode(errors="replace"))\n' +
      '    time.sleep(1)\n' +
      'print(len(content), "bytes")'
  ];
}

/**
 * Whether a request's bytes can stand in the code of a notebook.
 */
export function isInline(request: IRequest): boolean {
  return isText(request.contentType) && request.bytes.length <= 20_000;
}

/** A Python string literal of one line: JSON's escapes are Python's, too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}

/** A Python literal of a text, as it is read best. */
function literal(text: string): string {
  if (text.includes('\\') || text.endsWith("'") || text.endsWith('"')) {
    return quoted(text);
  }
  if (!text.includes('\n')) {
    return text.includes("'") || !text.includes('"')
      ? quoted(text)
      : `'${text}'`;
  }
  return text.includes('"""') ? quoted(text) : `"""${text}"""`;
}
