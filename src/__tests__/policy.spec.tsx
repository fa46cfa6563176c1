import { Notification } from '@jupyterlab/apputils';
import { ServerConnection } from '@jupyterlab/services';
import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen, waitFor } from '@testing-library/react';
import * as React from 'react';

import { Api } from '../api';
import { PolicySource } from '../components/policy';
import { copyText, showProblem } from '../components/problem';
import { IPolicy, IProblem } from '../protocol';
import { ProblemCallout } from '../views/modal/problem';
import { problem } from './world';

jest.mock('../components/problem', () => ({
  ...jest.requireActual('../components/problem'),
  copyText: jest.fn(),
  showProblem: jest.fn()
}));
const copied = jest.mocked(copyText);

const trans = nullTranslator.load('jupyter_smext');
const NAME = 'Copy IAM policy';

function policy(name: IPolicy['name'], ...statements: string[]): IPolicy {
  return { name, document: { Version: name }, statements };
}

describe('Copy IAM policy', () => {
  let asked: string[];
  let answer: () => Response;

  beforeEach(() => {
    asked = [];
    jest.clearAllMocks();
    jest.spyOn(Notification, 'info').mockReturnValue('');
    jest.spyOn(Notification, 'error').mockReturnValue('');
  });

  function show(said: IProblem, inside = true): void {
    const api = new Api(
      ServerConnection.makeSettings({
        baseUrl: 'http://127.0.0.1/',
        fetch: async (request: RequestInfo | URL) => {
          asked.push(decodeURIComponent((request as Request).url));
          return answer();
        }
      })
    );
    render(
      <PolicySource.Provider value={inside ? api : null}>
        <ProblemCallout problem={said} trans={trans} />
      </PolicySource.Provider>
    );
  }

  function lacks(permission: string | null): IProblem {
    return problem('denied', { permission });
  }

  function found(...policies: IPolicy[]): void {
    answer = () => new Response(JSON.stringify(policies));
  }

  it('copies the policy that has the permission, and says which it is', async () => {
    found(policy('resources', 'Observe'));
    show(lacks('logs:GetLogEvents'));
    fireEvent.click(screen.getByText(NAME));
    await expectCopied('resources', /of resource tabs; logs:GetLogEvents/);
    expect(asked[0]).toMatch(/policies\?permission=logs:GetLogEvents&/);
  });

  it('lets one choose where several have it', async () => {
    found(policy('panel', 'NotebookJobs'), policy('resources', 'Observe'));
    show(lacks('s3:GetObject'));
    fireEvent.click(screen.getByText(NAME));
    fireEvent.click(await screen.findByText('that of resource tabs (Observe)'));
    await expectCopied('resources', /in its statement Observe$/);
    screen.getByText('that of the panel (NotebookJobs)');
  });

  it('says so when none has it, and copies nothing', async () => {
    found();
    show(lacks('kms:Decrypt'));
    fireEvent.click(screen.getByText(NAME));
    await waitFor(() =>
      expect(Notification.info).toHaveBeenCalledWith(
        'None of the extension’s policies has kms:Decrypt',
        expect.anything()
      )
    );
    expect(copied).not.toHaveBeenCalled();
  });

  it('says why when the policies could not be read', async () => {
    answer = () =>
      new Response(JSON.stringify(problem('broken')), { status: 500 });
    show(lacks('s3:GetObject'));
    fireEvent.click(screen.getByText(NAME));
    await waitFor(() => expect(showProblem).toHaveBeenCalled());
    expect(Notification.error).toHaveBeenCalledTimes(1);
  });

  it('is there only for a missing permission that is known', () => {
    show(lacks(null));
    show(problem('throttled', { permission: 's3:GetObject' }));
    show(lacks('s3:GetObject'), false);
    expect(screen.queryByText(NAME)).toBeNull();
  });
});

async function expectCopied(name: string, said: RegExp): Promise<void> {
  await waitFor(() => expect(copied).toHaveBeenCalledTimes(1));
  expect(JSON.parse(copied.mock.calls[0][0])).toEqual({ Version: name });
  expect(copied.mock.calls[0][1]).toMatch(said);
}
