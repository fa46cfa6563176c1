import * as React from 'react';

import { CopyButton } from '../../../components/copy-button';
import { codesOf, Facts } from '../../../components/facts';
import { TitledTable } from '../../../components/titled-table';
import { ISolutionPage } from '../../../protocol';
import { ISmext } from '../../../tokens';
import { originLabel } from '../catalogue/facets';
import { isWebAddress, Markdown } from '../model/markdown';

/**
 * What a solution is, how it is built, and what its template makes.
 */
export function SolutionAbout(props: {
  page: ISolutionPage;
  smext: ISmext;
  markdown: Markdown;
}): React.ReactElement {
  const { page, smext, markdown } = props;
  const { trans } = smext;
  const { solution, description, architecture, template } = page;
  const heading = React.useId();
  return (
    <section className="jp-smext-model-about" aria-labelledby={heading}>
      <h2 className="jp-smext-h2" id={heading}>
        {trans.__('About')}
      </h2>
      {markdown(description)}
      <SolutionFacts page={page} smext={smext} />
      {architecture && (
        <section>
          <h2 className="jp-smext-h2">{trans.__('Architecture')}</h2>
          {markdown(architecture)}
        </section>
      )}
      <Creates page={page} smext={smext} />
      {page.outputs.length > 0 && (
        <section>
          <h2 className="jp-smext-h2">{trans.__('Outputs')}</h2>
          <dl className="jp-smext-facts-grid">
            {page.outputs.map(({ key, description }) => (
              <React.Fragment key={key}>
                <dt>
                  <code>{key}</code>
                </dt>
                <dd>{description}</dd>
              </React.Fragment>
            ))}
          </dl>
        </section>
      )}
      {template !== null && (
        <details className="jp-smext-said">
          <summary>{trans.__('Its template')}</summary>
          <pre>{template}</pre>
        </details>
      )}
      {solution.template !== null && (
        <p className="jp-smext-line jp-smext-muted">
          <code className="jp-smext-model-wrap">{solution.template}</code>
          <CopyButton
            text={solution.template}
            label={trans.__('Copy where the template is')}
            trans={trans}
          />
        </p>
      )}
    </section>
  );
}

function SolutionFacts(props: {
  page: ISolutionPage;
  smext: ISmext;
}): React.ReactElement {
  const { page, smext } = props;
  const { trans } = smext;
  const { solution, license, source, files } = page;
  const facts: [string, React.ReactNode][] = [
    [trans.__('Use case'), solution.use_case],
    [
      trans.__('Repository'),
      isWebAddress(solution.repository) && (
        <a href={solution.repository} target="_blank" rel="noopener noreferrer">
          {solution.repository}
        </a>
      )
    ],
    [trans.__('Licence'), license],
    [trans.__('Data'), source],
    [trans.__('Files'), codesOf(files)],
    [trans.__('Regions'), solution.regions.join(', ')],
    [
      trans.__('Listed in'),
      solution.as_of === null
        ? originLabel(solution.origin, trans)
        : trans.__(
            '%1, %2',
            originLabel(solution.origin, trans),
            solution.as_of
          )
    ]
  ];
  return <Facts facts={facts} />;
}

/** What the template makes, by service. */
function Creates(props: {
  page: ISolutionPage;
  smext: ISmext;
}): React.ReactElement | null {
  const { page, smext } = props;
  const { trans } = smext;
  if (!page.creates.length) {
    return null;
  }
  return (
    <TitledTable title={trans.__('What it creates')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Service')}</th>
          <th scope="col">{trans.__('Type')}</th>
          <th scope="col">{trans.__('Names in the template')}</th>
        </tr>
      </thead>
      <tbody>
        {page.creates.map(({ service, type, names, conditional }) => (
          <tr key={type}>
            <td>{service}</td>
            <td>
              <code>{type}</code>
            </td>
            <td>
              {names.map((name, index) => (
                <React.Fragment key={name}>
                  {index > 0 && ', '}
                  {conditional.includes(name)
                    ? trans.__('%1 (if chosen)', name)
                    : name}
                </React.Fragment>
              ))}
            </td>
          </tr>
        ))}
      </tbody>
    </TitledTable>
  );
}
