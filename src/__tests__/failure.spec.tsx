import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import { IFailure, IFailureCause } from '../protocol';
import { ISmext, IViewProps } from '../tokens';
import { FailureCallout } from '../views/failure';
import { apiOf, kind, problem, row } from './world';

const trans = nullTranslator.load('jupyter_smext');
const PLACE = { connection: 'local', region: 'us-east-1' };
const HOSTILE = '<img src=x onerror="alert(1)">';

function cause(id: string, more: Partial<IFailureCause> = {}): IFailureCause {
  return {
    id,
    title: `It is ${id}`,
    detail: '',
    evidence: [],
    fixes: [],
    sources: ['https://docs.aws.amazon.com/page'],
    ...more
  };
}

const FAILURE: IFailure = {
  failed: true,
  reason: `AlgorithmError: ${HOSTILE}`,
  code: 'AlgorithmError',
  problem: null,
  causes: [
    cause('gpu-memory', {
      title: 'The GPU ran out of memory',
      evidence: [
        {
          where: 'reason',
          text: 'OutOfMemoryError',
          stream: null,
          label: '',
          line: null
        },
        {
          where: 'log',
          text: `CUDA out of memory ${HOSTILE}`,
          stream: 'group,name',
          label: 'algo-1',
          line: 4117
        }
      ],
      fixes: [
        {
          label: 'Retry with batch_size 8',
          detail: 'From 16 to 8.',
          changes: { HyperParameters: { batch_size: '8' } },
          url: null
        },
        {
          label: 'Read about it',
          detail: 'There.',
          changes: null,
          url: 'https://docs.aws.amazon.com/page'
        },
        {
          label: 'No way',
          detail: '',
          changes: null,
          url: 'javascript:alert(1)'
        }
      ]
    }),
    cause('disk')
  ]
};

describe('why a resource failed', () => {
  const create = jest.fn();
  const openResource = jest.fn();
  const failure = jest.fn<Promise<IFailure>, unknown[]>();
  let readOnly = false;

  function props(more: Partial<IViewProps> = {}): IViewProps {
    const smext = {
      trans,
      create,
      openResource,
      api: apiOf({ failure }),
      store: { connectionOf: () => ({ read_only: readOnly }) }
    } as unknown as ISmext;
    return {
      ...PLACE,
      kind: 'training-job',
      id: 'job',
      spec: kind('training-job'),
      resource: {
        kind: 'training-job',
        row: row('job', { tone: 'bad', status: 'Failed' }),
        facts: [],
        related: [],
        places: [],
        definition: {}
      },
      smext,
      timeline: null,
      visible: true,
      place: '',
      onPlace: jest.fn(),
      ...more
    };
  }

  beforeEach(() => {
    readOnly = false;
    failure.mockResolvedValue(FAILURE);
  });
  afterEach(() => {
    cleanup();
    jest.clearAllMocks();
  });

  it('tells the cause, its line and all that AWS said', async () => {
    const { container } = render(<FailureCallout {...props()} />);
    expect(screen.getByRole('status').textContent).toContain('Looking');
    await screen.findByRole('heading', { name: 'The GPU ran out of memory' });
    screen.getByText(FAILURE.reason);
    fireEvent.click(screen.getByRole('button', { name: 'Log line 4,118' }));
    expect(openResource).toHaveBeenCalledWith(
      expect.objectContaining({ kind: 'training-job', id: 'job' }),
      'logs',
      '4117:group,name'
    );
    screen.getByText('Another possible cause');
    expect(container.querySelector('img')).toBeNull();
    expect(container.innerHTML).not.toContain('javascript:');
  });

  it('retries with what the fix changes', async () => {
    render(<FailureCallout {...props()} />);
    const name = 'Retry with batch_size 8';
    fireEvent.click(await screen.findByRole('button', { name }));
    expect(create).toHaveBeenCalledWith({
      ...PLACE,
      kind: 'training-job',
      clone: { ...PLACE, kind: 'training-job', id: 'job' },
      changes: { HyperParameters: { batch_size: '8' } }
    });
  });

  it('changes nothing through a connection that only reads', async () => {
    readOnly = true;
    render(<FailureCallout {...props()} />);
    const name = 'Retry with batch_size 8';
    const button = await screen.findByRole('button', { name });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    expect(button.title).toBe('read-only connection');
    fireEvent.click(button);
    expect(create).not.toHaveBeenCalled();
  });

  it('asks nothing of what did not fail', () => {
    const { container } = render(
      <FailureCallout
        {...props({ resource: { ...props().resource, row: row('job') } })}
      />
    );
    expect(container.innerHTML).toBe('');
    expect(failure).not.toHaveBeenCalled();
  });

  it('tells a reason that is none of the known', async () => {
    failure.mockResolvedValue({ ...FAILURE, causes: [] });
    render(<FailureCallout {...props()} />);
    await screen.findByRole('heading', { name: 'It failed' });
    screen.getByText(FAILURE.reason);
  });

  it('says why it could not be asked, and why the log could not', async () => {
    failure.mockRejectedValueOnce(new ApiError(problem('denied')));
    render(<FailureCallout {...props()} />);
    await screen.findByText('It is denied');
    cleanup();
    failure.mockResolvedValue({ ...FAILURE, problem: problem('throttled') });
    render(<FailureCallout {...props()} />);
    await screen.findByText('The log was not looked at: It is throttled');
  });
});
