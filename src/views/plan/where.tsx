import * as React from 'react';

import { LOCAL } from '../../store';
import { ISmext } from '../../tokens';
import { PlanSession } from './session';

/**
 * `In acme-research (•••• 4821), us-east-1.`
 */
export function Where(props: {
  session: PlanSession;
  smext: ISmext;
}): React.ReactElement {
  const { session, smext } = props;
  const { store, trans } = smext;
  const places = session.plans.length ? session.plans : session.requests;
  const connection = places[0]?.connection ?? '';
  const regions = places.map(place => place.region).join(', ');
  if (connection === LOCAL) {
    return (
      <>
        {trans.__('On the')} <b>{trans.__('local engine')}</b>, <b>{regions}</b>
        .
      </>
    );
  }
  const identity = store.view.regions.find(
    region => region.identity?.connection === connection
  )?.identity;
  const label =
    store.connections?.find(one => one.id === connection)?.label ?? connection;
  const account = identity?.account?.slice(-4);
  return (
    <>
      {trans.__('In')} <b>{identity?.alias ?? label}</b>
      {account ? ` (•••• ${account})` : ''}, <b>{regions}</b>.
    </>
  );
}
