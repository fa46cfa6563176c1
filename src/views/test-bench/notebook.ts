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
  return [
    `import json\n${file === null ? '' : 'from pathlib import Path\n'}\nimport boto3\n\n` +
      `session = boto3.Session(${session.join(', ')})\n` +
      'runtime = session.client("sagemaker-runtime")',
    file === null
      ? `body = ${literal(new TextDecoder().decode(request.bytes))}.encode()`
      : `body = Path(${quoted(file)}).read_bytes()`,
    request.stream
      ? 'answer = runtime.invoke_endpoint_with_response_stream(\n' +
        `${parameters}    Body=body,\n)\ncontent = b""\n` +
        'for event in answer["Body"]:\n' +
        '    part = event["PayloadPart"]["Bytes"]\n' +
        '    print(part.decode(errors="replace"), end="", flush=True)\n' +
        '    content += part'
      : `answer = runtime.invoke_endpoint(\n${parameters}    Body=body,\n)\n` +
        'content = answer["Body"].read()\n' +
        'print(answer["ContentType"], len(content), "bytes")',
    'try:\n    result = json.loads(content)\n' +
      'except ValueError:  # no JSON\n    result = content\nresult'
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
