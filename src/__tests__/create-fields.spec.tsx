import {
  act,
  cleanup,
  fireEvent,
  render,
  screen,
  waitFor
} from '@testing-library/react';
import { ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { IForm, IMetricTrial } from '../protocol';
import { InventoryStore } from '../store';
import { IFieldContext } from '../views/create/context';
import { ParametersForm } from '../views/create/form';
import { Parameters, sendable } from '../views/create/parameters';
import { IFieldSchema } from '../views/create/schema';
import { apiOf, Bus, smextWith, World } from './world';

jest.mock('../views/objects/browse', () => ({
  browseS3: async (_: unknown, options: { what: string; start?: string }) =>
    options.start === 's3://cancel' ? null : `s3://chosen/${options.what}/`
}));
jest.mock('../views/create/new-role', () => ({
  createRole: async () => 'arn:aws:iam::1:role/new'
}));

const text: IFieldSchema = { type: 'string', title: 'Text' };

const COUNT: IFieldSchema & { maximum: number } = {
  type: 'integer',
  title: 'Count',
  maximum: 3
};

describe('a field', () => {
  let validator: ValidatorType;
  let latest: Parameters;
  let form: IForm;
  let trials: IMetricTrial[];
  let browse: jest.Mock;

  beforeAll(async () => {
    validator = (await import('@rjsf/validator-ajv8')).default as ValidatorType;
  });

  afterEach(cleanup);

  async function draw(
    properties: { [name: string]: IFieldSchema },
    defaults: Parameters = {},
    more: Partial<IForm> & { schema?: object } = {}
  ): Promise<void> {
    const world = new World();
    trials = [];
    browse = jest.fn(async (what: string) => `folder/${what}`);
    const smext = smextWith(
      apiOf({
        metricTrial: async (trial: IMetricTrial) => {
          trials.push(trial);
          return Object.keys(trial.definitions).map(name => ({
            name,
            values: name === 'loss' ? [0.5] : [],
            wrong: name === 'loss' ? '' : 'It finds nothing.'
          }));
        }
      }),
      new InventoryStore({
        api: world.api,
        events: new Bus(),
        standby: 'never'
      })
    );
    form = {
      operation: 'CreateThing',
      title: 'Create thing',
      first: [],
      sections: [],
      defaults,
      ...more,
      schema: { type: 'object', required: [], ...more.schema, properties }
    };
    const context: IFieldContext = {
      smext,
      place: { connection: 'local', region: 'us-east-1' },
      form,
      typesOf: async () => {
        throw new Error('nobody asks');
      },
      filter: '',
      browse
    };
    latest = defaults;
    await act(async () => {
      render(
        <>
          <ParametersForm
            id="form"
            context={context}
            validator={validator}
            onSubmit={values => (latest = values)}
            onChange={values => (latest = values)}
          />
          <button type="submit" form="form">
            Send
          </button>
        </>
      );
    });
  }

  const value = () => sendable(form, latest);

  async function type(label: string | RegExp, typed: string, at = 0) {
    await act(async () => {
      fireEvent.change(screen.getAllByLabelText(label)[at], {
        target: { value: typed }
      });
    });
  }

  async function press(name: string | RegExp, at = 0): Promise<void> {
    await act(async () => {
      fireEvent.click(screen.getAllByRole('button', { name })[at]);
    });
  }

  it('of rows takes as many as AWS does', async () => {
    await draw({
      shadows: {
        type: 'array',
        title: 'Shadows',
        'x-smext-rows': true,
        maxItems: 1,
        items: { type: 'object', properties: { name: { ...text } } }
      }
    });
    await press('Add to Shadows');
    await type('Text', 'next');
    expect(value()).toEqual({ shadows: [{ name: 'next' }] });
    expect(screen.queryByRole('button', { name: 'Add to Shadows' })).toBeNull();
  });

  it('takes a place in S3, a role or a file from where it is chosen', async () => {
    await draw({
      Data: { ...text, title: 'Data', 'x-smext-picker': 's3-any' },
      Out: { ...text, title: 'Out', 'x-smext-picker': 's3-folder' },
      Role: { ...text, title: 'Role', 'x-smext-picker': 'role' },
      Script: { ...text, title: 'Script', 'x-smext-picker': 'script' }
    });
    await press('Browse S3…');
    await waitFor(() => expect(value().Data).toBe('s3://chosen/any/'));
    await press('Browse S3…', 1);
    await waitFor(() => expect(value().Out).toBe('s3://chosen/folder/'));
    await press('Create role…');
    await waitFor(() => expect(value().Role).toBe('arn:aws:iam::1:role/new'));
    await press('Browse…');
    await waitFor(() => expect(value().Script).toBe('folder/script'));
    expect(browse).toHaveBeenCalledWith('script');
    // What was not chosen leaves what is there.
    await type(/^Data/, 's3://cancel');
    await press('Browse S3…');
    expect(value().Data).toBe('s3://cancel');
  });

  it('of names and values takes rows, and a JSON object', async () => {
    await draw({
      Env: {
        type: 'object',
        title: 'Environment',
        additionalProperties: { type: 'string' },
        'x-smext-picker': 'environment'
      }
    });
    await press('Add to Environment');
    await type('Name', 'A');
    await type('Value', '1');
    expect(value()).toEqual({ Env: { A: '1' } });
    await press('Paste JSON');
    await type('A JSON object of names and values', '[1]');
    await press('Take these values');
    expect(screen.getByText(/It has to read like/)).toBeTruthy();
    await type(
      'A JSON object of names and values',
      '{"A": 2, "lr": 0.1, "layers": [1, 2], "__proto__": {"x": 1}}'
    );
    await press('Take these values');
    expect(value()).toEqual({
      Env: { A: '2', lr: '0.1', layers: '[1,2]' }
    });
    expect(({} as { x?: number }).x).toBeUndefined();
    await press('Remove lr');
    expect(Object.keys(value().Env as object)).not.toContain('lr');
    // A value may be empty where it has a name.
    await type('Value', '');
    expect((value().Env as { A: string }).A).toBe('');
  });

  it('of metrics is tried on a line of a log, by the server', async () => {
    await draw({
      Metrics: {
        type: 'array',
        title: 'Metrics',
        'x-smext-rows': true,
        'x-smext-picker': 'metric-definitions',
        items: {
          type: 'object',
          properties: {
            Name: { type: 'string', title: 'Name' },
            Regex: { type: 'string', title: 'Regex' }
          }
        }
      }
    });
    await press('Add to Metrics');
    await press('Add to Metrics');
    await type('Name', 'loss');
    await type('Regex', 'loss=(.*)');
    await type('Name', 'acc', 1);
    await type('Regex', '(', 1);
    await type('A line of the log, to try them on', 'loss=0.5');
    await waitFor(() => expect(screen.getByText('0.5')).toBeTruthy());
    expect(screen.getByText('It finds nothing.')).toBeTruthy();
    expect(trials).toEqual([
      { definitions: { loss: 'loss=(.*)', acc: '(' }, text: 'loss=0.5' }
    ]);
    await press('Remove item 1 of Metrics');
    expect(value()).toEqual({ Metrics: [{ Name: 'acc', Regex: '(' }] });
  });

  it('of which AWS takes one member asks which, and sends that alone', async () => {
    await draw({
      Source: {
        type: 'object',
        title: 'Source',
        maxProperties: 1,
        properties: {
          S3: {
            type: 'object',
            title: 'From S3',
            properties: { Uri: { type: 'string', title: 'URI' } }
          },
          Hub: { type: 'string', title: 'From a hub' }
        }
      }
    });
    await type('One of these', 'S3');
    expect(value()).toEqual({ Source: { S3: {} } });
    await type(/^URI/, 's3://b');
    expect(value()).toEqual({ Source: { S3: { Uri: 's3://b' } } });
    await type('One of these', 'Hub');
    expect(screen.queryByLabelText(/^URI/)).toBeNull();
    await type(/^From a hub/, 'mine');
    expect(value()).toEqual({ Source: { Hub: 'mine' } });
    await type('One of these', '');
    expect(value()).toEqual({});
  });

  it('of a script shows what its Base64 stands for', async () => {
    await draw(
      {
        Script: {
          ...text,
          title: 'Script',
          'x-smext-lines': 8,
          'x-smext-encoded': 'base64'
        }
      },
      { Script: btoa('#!/bin/bash') }
    );
    const field = screen.getByLabelText(/^Script/) as HTMLTextAreaElement;
    expect(field.value).toBe('#!/bin/bash');
    await type(/^Script/, 'echo "Zürich ☃"');
    expect(field.value).toBe('echo "Zürich ☃"');
    const bytes = Uint8Array.from(atob(String(value().Script)), one =>
      one.charCodeAt(0)
    );
    expect(new TextDecoder().decode(bytes)).toBe('echo "Zürich ☃"');
  });

  it('is there only where another one wants it', async () => {
    await draw(
      {
        Source: { type: 'string', title: 'Source', enum: ['script', 'image'] },
        Script: {
          ...text,
          title: 'Script',
          'x-smext-when': { Source: ['script'] }
        }
      },
      { Source: 'image' },
      {
        schema: {
          allOf: [
            {
              if: { properties: { Source: { const: 'script' } } },
              then: { required: ['Script'] }
            }
          ]
        }
      }
    );
    expect(screen.queryByLabelText(/^Script/)).toBeNull();
    await press('Send');
    expect(screen.queryByRole('alert')).toBeNull();
    await type(/^Source/, '0');
    expect(screen.getByLabelText(/^Script/)).toBeTruthy();
    await press('Send');
    expect(screen.getByRole('alert').textContent).toContain(
      'Script This is needed.'
    );
  });

  it('that is wrong in a folded section is led to', async () => {
    await draw(
      {
        Name: { ...text, title: 'Name' },
        Deep: {
          type: 'object',
          title: 'Deep',
          properties: { Count: COUNT }
        }
      },
      { Deep: { Count: 9 } },
      {
        sections: [
          { id: 'a', title: '', about: '', folded: false, fields: ['Name'] },
          { id: 'b', title: 'More', about: '', folded: true, fields: ['Deep'] }
        ]
      }
    );
    expect(screen.getByText('1 filled in')).toBeTruthy();
    expect(screen.queryByLabelText(/^Count/)).toBeNull();
    await press('Send');
    await waitFor(() =>
      expect(document.activeElement).toBe(screen.getByLabelText(/^Count/))
    );
    await press('Deep · Count');
    expect(screen.getByRole('alert').textContent).toContain('3 is the most.');
  });
});
