import { InputDialog, Notification } from '@jupyterlab/apputils';
import {
  act,
  cleanup,
  configure,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import * as React from 'react';

import { ApiError } from '../api';
import * as problems from '../components/problem';
import {
  IJumpStartNotebook,
  IJumpStartNotebooks,
  INotebookCopy,
  INotebookCopyRequest
} from '../protocol';
import { InventoryStore } from '../store';
import { ISmext } from '../tokens';
import { JumpStart } from '../views/jumpstart/jumpstart';
import { Launches } from '../views/jumpstart/launch/launches';
import { openNotebookOf } from '../views/jumpstart/notebooks/open';
import { catalogue, model, nothingLaunched } from './jumpstart-models';
import { giveRoom } from './room';
import { apiOf, Bus, problem, smextWith, until, World } from './world';

configure({ asyncUtilTimeout: 8000 });

beforeAll(() => giveRoom(2000));

function notebook(
  id: string,
  more: Partial<IJumpStartNotebook> = {}
): IJumpStartNotebook {
  return {
    hub: 'SageMakerPublicHub',
    id,
    version: '1.0.0',
    location: null,
    title: id,
    description: '',
    task: '',
    model: null,
    origin: 'public hub',
    runs_here: false,
    keywords: [],
    ...more
  };
}

const LOCATION =
  's3://jumpstart-cache-prod-us-east-1/pmm-notebooks/vader.ipynb';
const ROWS = [
  notebook('similar-sentences', {
    title: 'Find the answer that means the same',
    description: 'Questions in other words',
    task: 'Text Embedding',
    runs_here: true
  }),
  notebook('vader-tc-sentiment', {
    title: 'Deploy',
    location: LOCATION,
    model: 'VADER sentiment',
    task: 'Text Classification'
  }),
  notebook('weekly', { hub: 'team', origin: 'private hub' })
];

describe('the notebooks of JumpStart', () => {
  let answers: (IJumpStartNotebooks | ApiError)[];
  let copies: INotebookCopyRequest[];
  let copy: INotebookCopy | ApiError;
  let read: unknown[];
  let opened: string[];
  let store: InventoryStore;
  let smext: ISmext;

  const found = (
    more: Partial<IJumpStartNotebooks> = {}
  ): IJumpStartNotebooks => ({
    connection: 'local',
    region: 'us-east-1',
    notebooks: ROWS,
    known: 9,
    models: 1088,
    reading: false,
    problems: [],
    ...more
  });

  /** Answer the next dialog that asks for a text. */
  const answered = (value: string | null) =>
    jest.spyOn(InputDialog, 'getText').mockResolvedValue({
      button: {} as never,
      isChecked: null,
      value
    });

  beforeEach(async () => {
    window.sessionStorage.clear();
    window.localStorage.clear();
    answers = [found()];
    copies = [];
    copy = { notebook: 'sentences/a.ipynb', kept: false, needs: [] };
    read = [];
    opened = [];
    store = new InventoryStore({
      api: new World().api,
      events: new Bus(),
      standby: 'never'
    });
    store.acquire();
    store.setConnection('local', ['us-east-1']);
    await until(store.changed, () => store.connections !== null);
    const api = apiOf({
      models: async () =>
        catalogue([
          model('a', { documented: true }),
          model('b', { version: '2.0.0' })
        ]),
      instanceTypes: () => new Promise(() => undefined),
      solutions: () => new Promise(() => undefined),
      notebooks: async () => {
        const answer = answers.length > 1 ? answers.shift()! : answers[0];
        if (answer instanceof ApiError) {
          throw answer;
        }
        return answer;
      },
      readDocuments: async (...of: unknown[]) => {
        read.push(of);
      },
      copyNotebook: async (request: INotebookCopyRequest) => {
        copies.push(request);
        if (copy instanceof ApiError) {
          throw copy;
        }
        return copy;
      }
    });
    smext = smextWith(api, store);
  });

  afterEach(() => {
    cleanup();
    jest.restoreAllMocks();
    store.dispose();
  });

  async function show(): Promise<void> {
    render(
      <JumpStart
        smext={smext}
        {...nothingLaunched(smext)}
        launches={
          new Launches({
            smext,
            stream: new Bus().stream,
            openModel: jest.fn(),
            remember: jest.fn()
          })
        }
        openPanel={jest.fn()}
        openModel={jest.fn()}
        openSolution={jest.fn()}
        openFile={path => opened.push(path)}
      />
    );
    fireEvent.click(await screen.findByRole('tab', { name: /^Notebooks/ }));
  }

  const table = () => screen.findByRole('grid', { name: 'Notebooks' });
  const rows = () =>
    screen
      .getAllByRole('row')
      .slice(1)
      .map(row => row.querySelector('[data-column=title]')!.textContent);
  const choose = async (name: RegExp) => {
    const row = within(await table())
      .getAllByRole('row')
      .find(row => name.test(row.textContent!))!;
    await act(async () => {
      row.focus();
      fireEvent.keyDown(row, { key: 'Enter' });
    });
  };

  it('are counted beside the tab, and listed with where they are from', async () => {
    await show();
    const grid = await table();
    expect(screen.getByRole('tab', { name: /^Notebooks/ }).textContent).toBe(
      'Notebooks3'
    );
    expect(rows()).toEqual([
      'Find the answer that means the sameruns here',
      'VADER sentiment: Deploy',
      'weekly'
    ]);
    const cells = within(grid).getAllByRole('row')[3].textContent;
    expect(cells).toContain('Private hub');
    // The documents of the others are not on this machine.
    expect(screen.getByText(/those of 9 of the 1,088 models/)).toBeTruthy();
    expect(
      within(screen.getByRole('tabpanel')).queryByText(/^Read the other/)
    ).toBeNull();
  });

  it('are found by every word that is written in them', async () => {
    await show();
    await table();
    const box = screen.getByRole('searchbox', { name: 'Search notebooks' });
    fireEvent.change(box, { target: { value: 'other WORDS' } });
    expect(rows()).toEqual(['Find the answer that means the sameruns here']);
    expect(screen.getByRole('tab', { name: /^Notebooks/ }).textContent).toBe(
      'Notebooks1 of 3'
    );
    fireEvent.change(box, { target: { value: 'no such' } });
    fireEvent.click(within(screen.getByRole('tabpanel')).getByText(/^Clear/));
    expect(rows()).toHaveLength(3);
  });

  it('are copied into the folder that is asked for, and opened', async () => {
    const asked = answered(' mine/sentences ');
    await show();
    await choose(/means the same/);
    await waitFor(() => expect(opened).toEqual(['sentences/a.ipynb']));
    expect(asked.mock.calls[0][0].text).toBe('similar-sentences');
    expect(copies).toEqual([
      {
        connection: 'local',
        region: 'us-east-1',
        hub: 'SageMakerPublicHub',
        id: 'similar-sentences',
        version: '1.0.0',
        location: null,
        folder: 'mine/sentences'
      }
    ]);
    asked.mockRestore();
    answered('vader');
    await choose(/^VADER/);
    await waitFor(() => expect(copies).toHaveLength(2));
    expect(copies[1].location).toBe(LOCATION);
  });

  it('are left where they are when no folder is given', async () => {
    const asked = answered(null);
    await show();
    await choose(/weekly/);
    expect(asked).toHaveBeenCalled();
    expect([copies, opened]).toEqual([[], []]);
  });

  it('say what was there already, and what they want beside them', async () => {
    const told = [
      jest.spyOn(Notification, 'info').mockReturnValue(''),
      jest.spyOn(Notification, 'warning').mockReturnValue('')
    ];
    answered('weekly');
    copy = {
      notebook: 'weekly/weekly.ipynb',
      kept: true,
      needs: ['s3://team/helpers.py']
    };
    await show();
    await choose(/weekly/);
    await waitFor(() => expect(opened).toEqual(['weekly/weekly.ipynb']));
    expect(told[0].mock.calls[0][0]).toContain('weekly/weekly.ipynb');
    expect(told[1].mock.calls[0][0]).toContain('s3://team/helpers.py');
  });

  it('that cannot be copied say why, and nothing is opened', async () => {
    const shown = jest.spyOn(problems, 'showProblem').mockResolvedValue();
    answered('weekly');
    copy = new ApiError(problem('broken', { title: 'This is no notebook' }));
    await show();
    await choose(/weekly/);
    await waitFor(() => expect(shown).toHaveBeenCalled());
    expect(shown.mock.calls[0][0].title).toBe('This is no notebook');
    expect(opened).toEqual([]);
  });

  it('that could not be read are no empty list', async () => {
    answers = [
      new ApiError(problem('offline', { title: 'No line to AWS' })),
      found({ problems: [problem('denied', { title: 'No hub for you' })] })
    ];
    await show();
    expect((await screen.findByRole('alert')).textContent).toContain(
      'No line to AWS'
    );
    fireEvent.click(screen.getByText('Try again'));
    await table();
    expect(screen.getByText('No hub for you')).toBeTruthy();
  });

  it('of models at AWS are known once the documents are read', async () => {
    answers = [found({ connection: 'profile:x' })];
    await show();
    await table();
    fireEvent.click(screen.getByText('Read the other 1,079'));
    await waitFor(() => expect(read).toHaveLength(1));
    expect(read[0]).toEqual([
      'local',
      'us-east-1',
      [{ hub: null, id: 'b', version: '2.0.0' }]
    ]);
  });

  it('of a model are chosen from where it has several', async () => {
    answered('there');
    const item = jest.spyOn(InputDialog, 'getItem').mockResolvedValue({
      button: {} as never,
      isChecked: null,
      value: 'Fine-tune'
    });
    const of = {
      connection: 'local',
      region: 'us-east-1',
      hub: null,
      id: 'llama',
      version: '1'
    };
    const one = { title: 'Deploy', location: 's3://bucket/deploy.ipynb' };
    const two = { title: 'Fine-tune', location: 's3://bucket/tune.ipynb' };
    await openNotebookOf(smext, of, [one, two], jest.fn());
    expect(copies[0].location).toBe(two.location);
    await openNotebookOf(smext, of, [one], jest.fn());
    expect(copies[1].location).toBe(one.location);
    expect(item).toHaveBeenCalledTimes(1);
  });
});
