import * as React from 'react';

import { originLabel } from '../catalogue/facets';
import { CopyButton } from '../../../components/copy-button';
import { codesOf, Facts } from '../../../components/facts';
import { IInstanceTypes, ILaunch, IModelPage } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { IAnswer } from '../../answer';
import { Licence } from './licence';
import { BenchmarkTable, ParameterTable } from './tables';
import { TypeTable } from './type-table';
import { isWebAddress, Markdown } from './markdown';

/**
 * What a model is, what it takes and gives, and on what it runs, as its document says.
 */
export function About(props: {
  page: IModelPage;
  smext: ISmext;
  hosting: IAnswer<IInstanceTypes>;
  training: IAnswer<IInstanceTypes>;
  /** The launches of the model, the latest one first. */
  launches: ReadonlyArray<ILaunch>;
  markdown: Markdown;
}): React.ReactElement {
  const { page, smext, hosting, training, launches, markdown } = props;
  const { trans } = smext;
  const heading = React.useId();
  return (
    <section className="jp-smext-model-about" aria-labelledby={heading}>
      <h2 className="jp-smext-h2" id={heading}>
        {trans.__('About')}
      </h2>
      {page.deprecated_message && (
        <p className="jp-smext-model-wrap">
          {trans.__('AWS says of this version: %1', page.deprecated_message)}
        </p>
      )}
      {page.description
        ? markdown(page.description)
        : page.document !== null && (
            <p className="jp-smext-muted">
              {trans.__('Its document has no description.')}
            </p>
          )}
      <ModelFacts page={page} smext={smext} />
      {page.document !== null && (
        <Licence page={page} launches={launches} trans={trans} />
      )}
      {page.configs.map(config => (
        <TypeTable
          key={config.name}
          title={
            config.name
              ? trans.__('Deploys to (%1)', config.name)
              : trans.__('Deploys to')
          }
          usual={config.instance_type}
          supported={config.instance_types}
          types={hosting}
          trans={trans}
        />
      ))}
      {page.document !== null && page.training && (
        <>
          <TypeTable
            title={trans.__('Trains on')}
            usual={page.training_instance_type}
            supported={page.training_instance_types}
            types={training}
            trans={trans}
          />
          <section>
            <h2 className="jp-smext-h2">{trans.__('Training data')}</h2>
            {page.data_format ? (
              markdown(page.data_format)
            ) : (
              <p className="jp-smext-muted">
                {trans.__('Its document does not say how the data must lie.')}
              </p>
            )}
            {page.default_dataset && (
              <p className="jp-smext-model-wrap jp-smext-muted">
                {trans.__('Default set:')} <code>{page.default_dataset}</code>
                <CopyButton
                  text={page.default_dataset}
                  label={trans.__('Copy the place of the default set')}
                  trans={trans}
                />
              </p>
            )}
            {page.dataset_about && markdown(page.dataset_about)}
          </section>
          <ParameterTable
            title={trans.__('Hyperparameters')}
            parameters={page.hyperparameters}
            trans={trans}
          />
        </>
      )}
      {page.configs.map(config => (
        <ParameterTable
          key={config.name}
          title={
            config.name
              ? trans.__('Environment (%1)', config.name)
              : trans.__('Environment')
          }
          parameters={config.environment}
          trans={trans}
        />
      ))}
      <BenchmarkTable benchmarks={page.benchmarks} trans={trans} />
    </section>
  );
}

function ModelFacts(props: {
  page: IModelPage;
  smext: ISmext;
}): React.ReactElement {
  const { page, smext } = props;
  const { trans } = smext;
  const { model } = page;
  const facts: [string, React.ReactNode][] = [
    [
      trans.__('Source'),
      isWebAddress(model.url) ? (
        <a href={model.url} target="_blank" rel="noopener noreferrer">
          {hostAndPath(model.url)}
        </a>
      ) : (
        model.url || model.provider
      )
    ],
    [trans.__('Framework'), model.framework],
    [trans.__('Input'), codesOf(page.content_types)],
    [trans.__('Output'), codesOf(page.accept_types)],
    [
      trans.__('Subscription'),
      isWebAddress(page.subscription) && (
        <a href={page.subscription} target="_blank" rel="noopener noreferrer">
          {trans.__('In AWS Marketplace, before it is deployed')}
        </a>
      )
    ],
    [
      trans.__('Container'),
      [page.container, page.isolated ? trans.__('without network') : '']
        .filter(Boolean)
        .join(', ')
    ],
    [trans.__('Image'), page.image && <code>{page.image}</code>],
    [
      trans.__('Volume'),
      [
        page.volume_gib === null
          ? ''
          : trans.__('%1 GiB for inference', page.volume_gib),
        page.training_volume_gib === null
          ? ''
          : trans.__('%1 GiB for training', page.training_volume_gib)
      ]
        .filter(Boolean)
        .join(', ')
    ],
    [trans.__('Metrics'), codesOf(page.metrics)],
    [
      trans.__('Vulnerabilities'),
      page.vulnerabilities.length
        ? page.vulnerabilities.join(', ')
        : model.vulnerable === null
          ? ''
          : model.vulnerable
            ? trans.__(
                'AWS marks this version as vulnerable, without saying why'
              )
            : trans.__('None listed for this version')
    ],
    [
      trans.__('Notebooks'),
      codesOf(page.notebooks.map(({ location }) => location))
    ],
    [
      trans.__('Listed in'),
      model.hub === null
        ? originLabel(model.origin, trans)
        : trans.__('%1: %2', originLabel(model.origin, trans), model.hub)
    ],
    [trans.__('Document'), page.document && <code>{page.document}</code>]
  ];
  return <Facts facts={facts} />;
}

/** An address without its scheme, as it is read. */
function hostAndPath(url: string): string {
  return url.replace(/^https?:\/\/(www\.)?/i, '').replace(/\/$/, '');
}
