import { readAnswer } from '../views/test-bench/answers';
import { fromBase64, toBase64 } from '../views/test-bench/base64';
import { named } from '../views/test-bench/class-names';
import { inputOf, isText, typeOfFile } from '../views/test-bench/content-types';
import { csvOf, readCsv } from '../views/test-bench/csv';
import { histogram, spread } from '../views/test-bench/latency';
import { cellsOf, isInline } from '../views/test-bench/notebook';
import { placed } from '../views/test-bench/objects';
import { Reading } from '../views/test-bench/reading';
import { readStream, streamedText } from '../views/test-bench/streamed';
import { cosine } from '../views/test-bench/vectors';

function read(value: unknown, type = 'application/json'): Reading {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const bytes = new TextEncoder().encode(text);
  return readAnswer(bytes, type, toBase64(bytes));
}

describe('an answer', () => {
  it('of JumpStart’s classification is classes by name, the most probable first', () => {
    expect(
      read({
        probabilities: [0.1, 0.7, 0.2],
        labels: ['daisy', 'rose', 'tulip'],
        predicted_label: 'rose'
      })
    ).toMatchObject({
      shape: 'classes',
      numbered: false,
      classes: [
        { index: 1, label: 'rose', probability: 0.7 },
        { label: 'tulip', probability: 0.2 },
        { label: 'daisy', probability: 0.1 }
      ]
    });
  });

  it.each([
    ['probabilities of one row', { probabilities: [[0.4, 0.6]] }, '1'],
    ['a bare list that sums to one', [0.4, 0.6], '1'],
    ['TensorFlow Serving', { predictions: [[0.4, 0.6]] }, '1'],
    ['linear learner', { predictions: [{ score: [0.4, 0.6] }] }, '1'],
    [
      'Hugging Face',
      [
        [
          { label: 'NEG', score: 0.1 },
          { label: 'POS', score: 0.9 }
        ]
      ],
      'POS'
    ]
  ])('of classes comes in many forms: %s', (_, value, first) => {
    const reading = read(value);
    expect(reading.shape).toBe('classes');
    expect(reading.shape === 'classes' && reading.classes[0].label).toBe(first);
  });

  it('of JumpStart’s detection names its classes by their index', () => {
    expect(
      read({
        normalized_boxes: [
          [0.1, 0.2, 0.3, 0.4],
          [0.5, 0.5, 0.9, 0.9]
        ],
        classes: [1, 0],
        scores: [0.5, 0.9],
        labels: ['dog', 'car']
      })
    ).toEqual({
      shape: 'objects',
      numbered: false,
      text: null,
      mask: null,
      objects: [
        {
          index: 0,
          part: 2,
          label: 'dog',
          score: 0.9,
          box: [0.5, 0.5, 0.9, 0.9],
          normalized: true
        },
        {
          index: 1,
          part: 1,
          label: 'car',
          score: 0.5,
          box: [0.1, 0.2, 0.3, 0.4],
          normalized: true
        }
      ]
    });
  });

  it('of the built-in detection is six numbers an object', () => {
    const reading = read({ prediction: [[4, 0.8, 0.1, 0.2, 0.3, 0.4]] });
    expect(reading).toMatchObject({
      shape: 'objects',
      numbered: true,
      objects: [
        { label: '4', score: 0.8, box: [0.1, 0.2, 0.3, 0.4], normalized: true }
      ]
    });
  });

  it('of an embedding is a vector, or one for each input', () => {
    expect(read({ embedding: [1, 2] })).toEqual({
      shape: 'vectors',
      vectors: [[1, 2]]
    });
    expect(
      read({
        embedding: [
          [1, 2],
          [3, 4]
        ]
      }).shape
    ).toBe('vectors');
    expect(read(Array.from({ length: 64 }, (_, at) => at)).shape).toBe(
      'vectors'
    );
    expect(read({ embedding: [[1, 2], [3]] }).shape).toBe('json');
  });

  it.each([
    [[{ generated_text: 'Hello' }]],
    [{ generated_text: 'Hello' }],
    [{ choices: [{ message: { content: 'Hello' } }] }],
    [{ choices: [{ text: 'Hello' }] }],
    [['Hello'].map(text => ({ summary_text: text }))],
    ['"Hello"']
  ])('of a text model is its text: %j', value => {
    expect(read(value)).toEqual({ shape: 'text', texts: ['Hello'] });
  });

  it('of a table is a table', () => {
    expect(
      read({
        predictions: [{ score: 0.123456789, predicted_label: 1 }, { score: 2 }]
      })
    ).toEqual({
      shape: 'table',
      columns: ['score', 'predicted_label'],
      rows: [
        ['0.123457', '1'],
        ['2', '']
      ]
    });
    expect(read('1.5\n2.5\n', 'text/csv')).toEqual({
      shape: 'table',
      columns: ['prediction'],
      rows: [['1.5'], ['2.5']]
    });
    expect(read('{"a":1}\n{"a":2}\n', 'application/jsonlines')).toEqual({
      shape: 'table',
      columns: ['a'],
      rows: [['1'], ['2']]
    });
  });

  it('in a form that nobody knows is shown as it is', () => {
    expect(read({ something: { else: 1 } }).shape).toBe('json');
    expect(read('{broken').shape).toBe('text');
    const bytes = new Uint8Array([0xff, 0xfe, 0x00]);
    expect(readAnswer(bytes, 'application/x-npy', '').shape).toBe('bytes');
    expect(read('plain', 'text/plain')).toEqual({
      shape: 'text',
      texts: ['plain']
    });
  });

  it('is objects with their pixels, in the size of the mask', () => {
    const reading = read({
      ids: [[14], [6]],
      scores: [0.5, 0.9],
      bboxes: [
        [0, 0, 2, 1],
        [1, 1, 4, 2]
      ],
      masks: [
        [
          [1, 1, 0, 0],
          [0, 0, 0, 0]
        ],
        [
          [0, 1, 0, 0],
          [0, 1, 1, 1]
        ]
      ],
      labels: Array.from({ length: 20 }, (_, at) => `class ${at}`)
    });
    expect(reading).toMatchObject({
      shape: 'objects',
      numbered: false,
      objects: [
        { label: 'class 6', part: 2, box: [0.25, 0.5, 1, 1], normalized: true },
        { label: 'class 14', part: 1, box: [0, 0, 0.5, 0.5] }
      ]
    });
    expect(reading.shape === 'objects' && [...reading.mask!.parts]).toEqual([
      1, 1, 0, 0, 0, 2, 2, 2
    ]);
  });

  it.each([
    [{ normalized_boxes: [], classes: [], scores: [], labels: ['dog'] }, null],
    [{ text: '', normalized_boxes: [], classes: [], scores: [] }, ''],
    [{ ids: [], scores: [], bboxes: [], masks: [], labels: ['dog'] }, null]
  ])('may have found nothing: %j', (value, text) => {
    expect(read(value)).toMatchObject({
      shape: 'objects',
      numbered: false,
      objects: [],
      text
    });
  });

  it('is the classes of pixels, the largest first', () => {
    const labels = ['background', 'cat'];
    const reading = read({ predictions: [[1, 1, 0]], labels });
    expect(reading).toMatchObject({
      shape: 'segments',
      segments: {
        mask: { width: 3, height: 1 },
        segments: [
          { part: 2, label: 'cat' },
          { part: 1, label: 'background', share: 1 / 3 }
        ]
      }
    });
    for (const predictions of [[[0.5]], [[1], [1, 2]], [[-2]], []]) {
      expect(read({ predictions, labels }).shape).not.toBe('segments');
    }
  });

  it('gets the names of its classes where these are as many', () => {
    const classes = read({ probabilities: [0.25, 0.75] });
    expect(named(classes, ['a', 'b'])).toMatchObject({
      numbered: false,
      classes: [{ label: 'b' }, { label: 'a' }]
    });
    expect(named(classes, ['a'])).toBe(classes);
    const objects = read({
      normalized_boxes: [[0, 0, 1, 1]],
      classes: [1],
      scores: [0.5]
    });
    expect(named(objects, ['a', 'b'])).toMatchObject({
      objects: [{ label: 'b' }]
    });
    expect(named(objects, ['a'])).toBe(objects);
    const text = read('plain', 'text/plain');
    expect(named(text, ['a'])).toBe(text);
  });

  it('of an image or a sound is one', () => {
    expect(read('x', 'image/png')).toEqual({
      shape: 'images',
      urls: [`data:image/png;base64,${btoa('x')}`]
    });
    expect(read('x', 'audio/wav').shape).toBe('audio');
  });
});

describe('an answer in parts', () => {
  it.each([
    ['data:{"token":{"text":"a"}}\n\ndata:{"token":{"text":" b"}}\n\n', 'a b'],
    ['{"outputs":["a"]}\n{"outputs":[" b"]}\n', 'a b'],
    [
      'data: {"choices":[{"delta":{"content":"a b"}}]}\n\ndata: [DONE]\n',
      'a b'
    ],
    ['data: {"choices":[{"delta":{}}]}\n\ndata: {"cho', ''],
    ['{"choices":[{"text":"a b"}]}\n', 'a b'],
    ['plain words\nin lines', 'plain words\nin lines'],
    ['{"else": 1}', '{"else": 1}']
  ])('%j reads %j', (text, words) => {
    expect(streamedText(text)).toBe(words);
  });

  it('that is no text is read as a whole', () => {
    const bytes = new TextEncoder().encode('{"embedding":[1,2]}');
    expect(readStream(bytes, 'application/json').shape).toBe('vectors');
  });
});

describe('bytes', () => {
  it('travel as base64, however many', () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => at % 256);
    expect(fromBase64(toBase64(bytes))).toEqual(bytes);
  });
});

describe('content types', () => {
  it('say how an input is given', () => {
    expect(inputOf('application/x-image')).toBe('image');
    expect(inputOf('audio/wav')).toBe('audio');
    expect(inputOf('application/json;verbose')).toBe('text');
    expect(inputOf('application/x-npy')).toBe('file');
    expect(isText('application/x-text')).toBe(true);
  });

  it.each([
    ['a.jpg', 'image/jpeg', 'application/json', [], 'application/x-image'],
    ['a.jpg', 'image/jpeg', 'image/png', [], 'image/png'],
    [
      'a.jpg',
      'image/jpeg',
      'text/csv',
      ['text/csv', 'image/jpeg'],
      'image/jpeg'
    ],
    [
      'a.csv',
      '',
      'application/json',
      ['application/json', 'text/csv'],
      'text/csv'
    ],
    ['a.csv', 'application/vnd.ms-excel', 'text/csv', [], 'text/csv'],
    ['a.jsonl', '', 'text/csv', [], 'application/jsonlines'],
    ['a.unknown', '', 'text/csv', [], 'text/csv']
  ])('of a file %s (%s), chosen %s', (name, type, chosen, taken, expected) => {
    expect(typeOfFile({ name, type }, chosen, taken)).toBe(expected);
  });
});

describe('CSV', () => {
  it('is read with its quotes', () => {
    expect(readCsv('a,"b ""c"", d"\r\n1,\n')).toEqual([
      ['a', 'b "c", d'],
      ['1', '']
    ]);
  });

  it.each([
    ['[[1,2],[3,4]]', '1,2\n3,4'],
    ['[1,2.50]', '1,2.5'],
    ['{"instances":[{"features":[1,2]}]}', '1,2'],
    ['{"instances":[{"data":{"features":{"values":[1,2]}}}]}', '1,2'],
    ['[{"a":1,"b":"x,y"},{"a":2,"b":null}]', '1,"x,y"\n2,']
  ])('of %s', (json, csv) => {
    expect(csvOf(json)).toEqual({ csv, rows: csv.split('\n').length });
  });

  it.each(['{', '"x"', '[]', '[[1],{"a":[1]}]', '{"a":{"b":{"c":1}}}'])(
    'is not made of %s',
    json => {
      expect(csvOf(json)).toBeNull();
    }
  );
});

describe('times', () => {
  it('have percentiles that were measured', () => {
    const times = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect(spread(times)).toEqual({
      least: 1,
      p50: 50,
      p90: 90,
      p99: 99,
      most: 100
    });
    expect(spread([7])).toEqual({ least: 7, p50: 7, p90: 7, p99: 7, most: 7 });
    expect(spread([])).toBeNull();
  });

  it('are counted in bars of a round width, each once', () => {
    const times = [60, 61, 99, 100, 262];
    const { from, width, counts } = histogram(times);
    expect([from, width]).toEqual([60, 10]);
    expect(counts.reduce((all, one) => all + one, 0)).toBe(times.length);
    expect(counts.length).toBeLessThan(26);
    expect(histogram([5, 5]).counts.reduce((a, b) => a + b, 0)).toBe(2);
    expect(histogram([0, 0]).counts).toEqual([2]);
  });
});

it('vectors that point the same way have a cosine of 1', () => {
  expect(cosine([1, 2], [2, 4])).toBeCloseTo(1);
  expect(cosine([1, 0], [0, 1])).toBe(0);
  expect(cosine([0, 0], [0, 1])).toBe(0);
});

it('objects are placed in pixels of their image', () => {
  const found = { index: 1, label: 'dog', normalized: true } as const;
  const objects = [
    { ...found, part: 2, score: 0.9, box: [0.1, 0.2, 0.3, 0.4] as const },
    { ...found, part: 1, score: 0.4, box: [0, 0, 1, 1] as const }
  ];
  expect(placed(objects, 0.5, { width: 100, height: 200 })).toEqual([
    {
      number: 1,
      part: 2,
      label: 'dog',
      score: 0.9,
      left: 10,
      top: 40,
      width: 20,
      height: 40
    }
  ]);
  const pixels = [
    { ...objects[0], box: [1, 2, 3, 4] as const, normalized: false }
  ];
  expect(placed(pixels, 0, { width: 100, height: 200 })[0]).toMatchObject({
    left: 1,
    top: 2,
    width: 2,
    height: 2
  });
});

describe('the code of a request', () => {
  const where = {
    connection: 'profile:work',
    region: 'eu-west-1',
    endpoint: 'churn'
  };
  const request = {
    bytes: new TextEncoder().encode('1,2\n3,4'),
    name: null,
    contentType: 'text/csv',
    accept: null,
    variant: null,
    component: null,
    customAttributes: null,
    stream: false,
    queued: false
  };

  it('names what was sent, and nothing else', () => {
    const code = cellsOf(where, request, null).join('\n');
    expect(code).toContain(
      'boto3.Session(profile_name="work", region_name="eu-west-1")'
    );
    expect(code).toContain('body = """1,2\n3,4""".encode()');
    expect(code).toContain('    ContentType="text/csv",\n    Body=body,\n');
    expect(code).not.toContain('Accept');
    expect(code).not.toContain('Path');
  });

  it.each([
    ['{"a": 1}', `'{"a": 1}'`],
    ["it's", `"it's"`],
    ['back\\slash\n', '"back\\\\slash\\n"'],
    ['a\n"""', '"a\\n\\"\\"\\""']
  ])('has the text %j as a literal', (text, literal) => {
    const bytes = new TextEncoder().encode(text);
    const code = cellsOf(where, { ...request, bytes }, null)[1];
    expect(code).toBe(`body = ${literal}.encode()`);
  });

  it('streams what was streamed', () => {
    const code = cellsOf(where, { ...request, stream: true }, null).join('\n');
    expect(code).toContain('invoke_endpoint_with_response_stream(');
    expect(code).toContain('for event in answer["Body"]:');
  });

  it('waits for what was put into a queue', () => {
    const code = cellsOf(where, { ...request, queued: true }, null).join('\n');
    expect(code).toContain('invoke_endpoint_async(\n    EndpointName="churn",');
    expect(code).toContain('InputLocation=f"s3://{bucket}/{key}",');
    expect(code).not.toContain('Body=body,\n)\ncontent');
  });

  it('reads bytes from the file beside it', () => {
    const image = { ...request, contentType: 'application/x-image' };
    expect(isInline(image)).toBe(false);
    const code = cellsOf(where, image, 'dog.jpg').join('\n');
    expect(code).toContain('body = Path("dog.jpg").read_bytes()');
    expect(code).toContain('from pathlib import Path');
  });
});
