import { ServerConnection } from '@jupyterlab/services';
import {
  act,
  cleanup,
  fireEvent,
  render,
  screen,
  waitFor,
  within
} from '@testing-library/react';
import { ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { Api } from '../api';
import { IForm, IKmsKey, ISecurityGroup, ISubnet } from '../protocol';
import { InventoryStore } from '../store';
import { IFieldContext } from '../views/create/context';
import { ParametersForm } from '../views/create/form';
import { networkFields } from '../views/create/network';
import { Parameters, sendable } from '../views/create/parameters';
import { IFieldSchema } from '../views/create/schema';
import { giveRoom } from './room';
import { Bus, problem, smextWith, World } from './world';

// jsdom knows the element, not what it does.
HTMLDialogElement.prototype.showModal = function () {
  this.open = true;
};
HTMLDialogElement.prototype.close = function () {
  this.open = false;
};

const HOSTILE = '<img src=x onerror=alert(1)>';

function subnet(id: string, vpc: string, more: Partial<ISubnet> = {}): ISubnet {
  return {
    id,
    name: '',
    vpc,
    vpc_name: '',
    zone: 'us-east-1a',
    cidr: '10.0.0.0/24',
    free: 251,
    ...more
  };
}

function group(id: string, vpc: string, name = id): ISecurityGroup {
  return { id, name, description: HOSTILE, vpc, vpc_name: '' };
}

const TEXT: IFieldSchema = { type: 'string', title: 'Text' };

const SUBNETS: IFieldSchema = {
  type: 'array',
  title: 'Subnets',
  items: TEXT,
  'x-smext-picker': 'subnets'
};

const GROUPS: IFieldSchema = {
  ...SUBNETS,
  title: 'Security groups',
  'x-smext-picker': 'security-groups'
};

const NETWORK: { [name: string]: IFieldSchema } = {
  Subnets: SUBNETS,
  SecurityGroupIds: GROUPS
};

/** The lists as our routes answer them. */
class Lists {
  subnets: ISubnet[] = [
    subnet('subnet-1', 'vpc-1', { name: 'private', vpc_name: HOSTILE }),
    subnet('subnet-2', 'vpc-1', { free: 3, zone: 'us-east-1b' }),
    subnet('subnet-3', 'vpc-2', { name: 'other' })
  ];
  groups: ISecurityGroup[] = [group('sg-1', 'vpc-1'), group('sg-2', 'vpc-2')];
  keys: IKmsKey[] = [
    { alias: 'ours', id: '1-2', arn: 'arn:aws:kms:r:1:key/1-2', of_aws: false },
    { alias: 'aws/ebs', id: null, arn: null, of_aws: true }
  ];
  note = '';
  problems = new Map<string, ReturnType<typeof problem>>();
  asked: string[] = [];

  readonly api = new Api(
    ServerConnection.makeSettings({
      baseUrl: 'http://localhost/base/',
      fetch: async (request: RequestInfo) => this._answer(request as Request)
    })
  );

  private _answer(request: Request): Response {
    const url = new URL(request.url);
    const path = url.pathname.replace('/base/smext/api/', '');
    const vpc = url.searchParams.get('vpc');
    this.asked.push(vpc === null ? path : `${path} ${vpc}`);
    const wrong = this.problems.get(path);
    const { subnets, groups, keys, note } = this;
    const body = {
      subnets: { subnets, note },
      'security-groups': {
        groups: groups.filter(one => vpc === null || one.vpc === vpc),
        note
      },
      'kms-keys': { keys }
    }[path];
    return new Response(JSON.stringify(wrong ?? body), {
      status: wrong?.status ?? 200,
      headers: { 'Content-Type': 'application/json' }
    });
  }
}

describe('a form with subnets, security groups and keys', () => {
  let validator: ValidatorType;
  let lists: Lists;
  let latest: Parameters;
  let sent: Parameters | null;
  let form: IForm;

  beforeAll(async () => {
    giveRoom(600);
    validator = (await import('@rjsf/validator-ajv8')).default as ValidatorType;
  });

  beforeEach(() => {
    lists = new Lists();
  });

  afterEach(() => {
    cleanup();
    document.querySelectorAll('dialog').forEach(node => node.remove());
  });

  async function draw(
    properties: { [name: string]: IFieldSchema },
    defaults: Parameters = {}
  ): Promise<void> {
    form = {
      operation: 'CreateThing',
      title: 'Create thing',
      first: [],
      sections: [],
      defaults,
      schema: { type: 'object', required: [], properties }
    };
    const context: IFieldContext = {
      smext: smextWith(
        lists.api,
        new InventoryStore({
          api: new World().api,
          events: new Bus(),
          standby: 'never'
        })
      ),
      place: { connection: 'profile:me', region: 'us-east-1' },
      form,
      typesOf: async () => {
        throw new Error('nobody asks');
      },
      filter: ''
    };
    latest = defaults;
    sent = null;
    await act(async () => {
      render(
        <>
          <ParametersForm
            id="form"
            context={context}
            validator={validator}
            onSubmit={values => (sent = values)}
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

  async function press(name: string | RegExp): Promise<void> {
    await act(async () => {
      fireEvent.click(screen.getByRole('button', { name }));
    });
  }

  /** Open a list; its dialog, once that is read. */
  async function open(name: string): Promise<HTMLElement> {
    await press(name);
    const dialog = await screen.findByRole('dialog');
    await waitFor(() => expect(dialog.textContent).not.toContain('Reading…'));
    return dialog;
  }

  /** The rows of a list as they read, with a star before those that are chosen. */
  const rows = (dialog: HTMLElement) =>
    within(dialog)
      .getAllByRole('row')
      .slice(1)
      .map(row => {
        const words = [...row.children].map(cell => cell.textContent);
        const chosen = row.getAttribute('aria-selected') === 'true';
        return `${chosen ? '*' : ''}${words.join('|')}`;
      });

  async function key(dialog: HTMLElement, text: string, name: string) {
    await act(async () => {
      fireEvent.keyDown(
        within(dialog).getByText(text).closest('[role="row"]')!,
        { key: name }
      );
    });
  }

  async function click(dialog: HTMLElement, text: string): Promise<void> {
    await act(async () => {
      fireEvent.click(within(dialog).getByText(text));
    });
  }

  async function choose(dialog: HTMLElement): Promise<void> {
    await act(async () => {
      fireEvent.click(within(dialog).getByRole('button', { name: 'Choose' }));
    });
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  }

  it('reads no list before it is opened, and several are chosen by keys or clicks', async () => {
    await draw(NETWORK, { Subnets: ['subnet-typed'] });
    expect(lists.asked).toEqual([]);
    const dialog = await open('Choose subnets…');
    expect(lists.asked).toEqual(['subnets']);
    expect(rows(dialog)).toEqual([
      `private|subnet-1|${HOSTILE} (vpc-1)|us-east-1a|251|10.0.0.0/24`,
      '|subnet-2|vpc-1|us-east-1b|3|10.0.0.0/24',
      'other|subnet-3|vpc-2|us-east-1a|251|10.0.0.0/24'
    ]);
    expect(dialog.querySelector('img')).toBeNull();
    expect(
      within(dialog).getByRole('grid').getAttribute('aria-multiselectable')
    ).toBe('true');
    await key(dialog, 'subnet-2', ' ');
    await click(dialog, 'subnet-1');
    await click(dialog, 'subnet-3');
    expect(dialog.textContent).toContain('3 subnets · 4 chosen');
    expect(dialog.textContent).toContain(
      'These subnets are of 2 VPCs: vpc-1, vpc-2. AWS takes those of one.'
    );
    await key(dialog, 'subnet-3', ' ');
    expect(dialog.textContent).not.toContain('2 VPCs');
    expect(rows(dialog).map(row => row[0])).toEqual(['*', '*', 'o']);
    await choose(dialog);
    // What was typed stays.
    expect(value().Subnets).toEqual(['subnet-typed', 'subnet-2', 'subnet-1']);
    expect(screen.getByText(/^private · .*251 addresses free$/)).toBeTruthy();
  });

  it('is filtered and sorted, and left as it was', async () => {
    await draw(NETWORK, { Subnets: ['subnet-2'] });
    const dialog = await open('Choose subnets…');
    expect(rows(dialog)[1][0]).toBe('*');
    await act(async () => {
      fireEvent.change(within(dialog).getByLabelText('Filter the list'), {
        target: { value: 'US-EAST-1A' }
      });
    });
    expect(rows(dialog)).toHaveLength(2);
    await act(async () => {
      fireEvent.change(within(dialog).getByLabelText('Filter the list'), {
        target: { value: 'nowhere' }
      });
    });
    expect(dialog.textContent).toContain('Nothing contains “nowhere”.');
    await act(async () => {
      fireEvent.change(within(dialog).getByLabelText('Filter the list'), {
        target: { value: '' }
      });
    });
    await click(dialog, 'Free addresses');
    expect(rows(dialog)[0]).toContain('subnet-2');
    await click(dialog, 'subnet-1');
    await click(dialog, 'Cancel');
    expect(value().Subnets).toEqual(['subnet-2']);
  });

  it('offers the groups of the subnets’ VPC, the others when they are asked for', async () => {
    await draw(
      { Vpc: { type: 'object', title: 'VPC', properties: NETWORK } },
      {
        Vpc: { Subnets: ['subnet-1'] }
      }
    );
    let dialog = await open('Choose security groups…');
    // The subnet was typed: its VPC has to be found out.
    expect(lists.asked).toEqual(['subnets', 'security-groups vpc-1']);
    expect(rows(dialog)).toEqual([`sg-1|sg-1|${HOSTILE}|vpc-1`]);
    await act(async () => {
      fireEvent.click(within(dialog).getByLabelText('Those of other VPCs too'));
    });
    await waitFor(() => expect(rows(dialog)).toHaveLength(2));
    expect(lists.asked.slice(2)).toEqual(['security-groups']);
    await click(dialog, 'vpc-2');
    await choose(dialog);
    expect(value()).toEqual({
      Vpc: { Subnets: ['subnet-1'], SecurityGroupIds: ['sg-2'] }
    });
    const trouble =
      'sg-2 is of another VPC (vpc-2) than the subnets (vpc-1). AWS takes it only if it is associated with theirs.';
    expect(screen.getByText(trouble)).toBeTruthy();
    // It is said, and sent: AWS has the last word.
    await press('Send');
    expect(sent).toEqual(value());
    // Enter takes what is chosen.
    dialog = await open('Choose security groups…');
    await key(dialog, 'vpc-1', ' ');
    await key(dialog, 'vpc-1', 'Enter');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect((value().Vpc as Parameters).SecurityGroupIds).toEqual([
      'sg-2',
      'sg-1'
    ]);
  });

  it('says nothing of a VPC that is not known', async () => {
    await draw(NETWORK, {
      Subnets: ['subnet-1', 'subnet-3'],
      SecurityGroupIds: ['sg-2']
    });
    expect(document.body.textContent).not.toContain('vpc-');
    lists.problems.set(
      'subnets',
      problem('denied', { status: 403, title: 'Not allowed' })
    );
    const dialog = await open('Choose security groups…');
    expect(lists.asked).toEqual(['subnets', 'security-groups']);
    expect(dialog.textContent).toContain(
      'It is not known which VPC the subnets are of (Not allowed).'
    );
    await click(dialog, 'Cancel');
    expect(document.body.textContent).not.toContain('another VPC');
    lists.problems.clear();
    await click(await open('Choose subnets…'), 'Cancel');
    expect(screen.getByText(/These subnets are of 2 VPCs/)).toBeTruthy();
  });

  it('says why there is no list, and takes what is typed', async () => {
    lists.problems.set(
      'subnets',
      problem('denied', {
        status: 403,
        title: 'Not allowed: ec2:DescribeSubnets',
        permission: 'ec2:DescribeSubnets'
      })
    );
    await draw(NETWORK);
    let dialog = await open('Choose subnets…');
    await within(dialog).findByText('Not allowed: ec2:DescribeSubnets');
    expect(dialog.textContent).toContain(
      'The ids of subnets can be typed into the form.'
    );
    lists.problems.set(
      'subnets',
      problem('throttled', { status: 429, title: 'AWS is limiting requests' })
    );
    await click(dialog, 'Try again');
    await within(dialog).findByText('AWS is limiting requests');
    lists.problems.clear();
    lists.subnets = [];
    await click(dialog, 'Try again');
    await within(dialog).findByText('There are no subnets in this region.');
    await click(dialog, 'Cancel');
    await press('Add to Subnets');
    await act(async () => {
      fireEvent.change(screen.getByLabelText('1 of Subnets'), {
        target: { value: 'subnet-9' }
      });
    });
    expect(value()).toEqual({ Subnets: ['subnet-9'] });
    await press('Remove item 1 of Subnets');
    expect(value()).toEqual({});
    dialog = await open('Choose security groups…');
    await click(dialog, 'Cancel');
  });

  it('says of the local engine to leave it empty, not to type', async () => {
    lists.problems.set(
      'security-groups',
      problem('needs_aws', {
        status: 501,
        title: 'The local engine has no VPC',
        next: 'Leave this empty.'
      })
    );
    await draw(NETWORK);
    const dialog = await open('Choose security groups…');
    await within(dialog).findByText('Leave this empty.');
    expect(dialog.textContent).not.toContain('can be typed');
  });

  it('chooses one subnet, and the VPC beside it is told apart', async () => {
    await draw({
      SubnetId: { ...TEXT, title: 'Subnet', 'x-smext-picker': 'subnet' },
      VpcId: { ...TEXT, title: 'VPC' }
    });
    const dialog = await open('Choose subnet…');
    expect(
      within(dialog).getByRole('grid').getAttribute('aria-multiselectable')
    ).toBeNull();
    await click(dialog, 'subnet-3');
    await choose(dialog);
    expect(value()).toEqual({ SubnetId: 'subnet-3' });
    expect(screen.getByText(/^other · vpc-2/)).toBeTruthy();
    await act(async () => {
      fireEvent.change(screen.getByLabelText(/^VPC/), {
        target: { value: 'vpc-1' }
      });
    });
    expect(
      screen.getByText(
        'subnet-3 is of another VPC (vpc-2) than the one that is named beside it (vpc-1).'
      )
    ).toBeTruthy();
  });

  it('puts the ARN of a key in, and marks those of AWS', async () => {
    await draw({ Key: { ...TEXT, title: 'Key', 'x-smext-picker': 'kms-key' } });
    const dialog = await open('Choose key…');
    expect(rows(dialog)).toEqual([
      'ours|1-2|Account',
      'aws/ebs|Made with its first use|AWS'
    ]);
    // A key that is not there yet cannot be chosen.
    await click(dialog, 'aws/ebs');
    const button = within(dialog).getByRole('button', { name: 'Choose' });
    expect(button.getAttribute('aria-disabled')).toBe('true');
    await act(async () => {
      fireEvent.doubleClick(within(dialog).getByText('ours'));
    });
    await waitFor(() =>
      expect(value()).toEqual({ Key: 'arn:aws:kms:r:1:key/1-2' })
    );
    expect(screen.getByText('alias/ours')).toBeTruthy();
  });
});

describe('the fields of a network', () => {
  it('are for the subnets beside them, or the nearest around them', () => {
    const settings: IFieldSchema = {
      type: 'object',
      properties: { SecurityGroups: GROUPS }
    };
    const schema: IFieldSchema = {
      properties: {
        SubnetIds: SUBNETS,
        VpcId: TEXT,
        Settings: settings,
        Items: {
          type: 'array',
          items: { type: 'object', properties: NETWORK }
        }
      }
    };
    const fields = networkFields(
      schema,
      { SubnetIds: ['a', ''], VpcId: 'v', Items: [{ Subnets: ['b'] }, {}] },
      'f'
    );
    const seen = [...fields].map(([id, { subnets, vpc }]) => [
      id,
      subnets,
      vpc
    ]);
    expect(seen).toEqual([
      ['f_SubnetIds', ['a'], 'v'],
      ['f_Settings_SecurityGroups', ['a'], 'v'],
      ['f_Items_0_Subnets', ['b'], null],
      ['f_Items_0_SecurityGroupIds', ['b'], null],
      ['f_Items_1_Subnets', [], null],
      ['f_Items_1_SecurityGroupIds', [], null]
    ]);
  });
});
