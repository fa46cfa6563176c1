import { ObjectFieldTemplateProps } from '@rjsf/utils';
import * as React from 'react';

import { IFormSection } from '../../protocol';
import { IFieldContext } from './context';
import { hasValue } from './parameters';
import { IFieldSchema, isThere, matches } from './schema';

/**
 * The fields of a form in their sections; of those that are looked for, wherever they are.
 */
export function Sections(props: ObjectFieldTemplateProps): React.ReactElement {
  const { formData, errorSchema, properties } = props;
  const { form, filter, smext } = props.formContext as IFieldContext;
  const schema = props.schema as IFieldSchema;
  const fields = new Map(
    properties.map(({ name, content }) => [name, content])
  );
  const sections = form.sections?.length
    ? form.sections
    : [
        {
          id: '',
          title: '',
          about: '',
          folded: false,
          fields: [...fields.keys()]
        }
      ];
  const shown = sections.flatMap(section => {
    const names = section.fields.filter(name => {
      const member = schema.properties?.[name];
      return (
        member && isThere(member, formData) && matches(name, member, filter)
      );
    });
    return names.length
      ? [
          <Section
            key={section.id}
            section={section}
            wrong={names.some(name => errorSchema?.[name] !== undefined)}
            given={
              names.filter(
                name =>
                  hasValue(formData?.[name]) &&
                  formData?.[name] !== schema.properties?.[name]?.default
              ).length
            }
            unfolded={filter !== ''}
            {...props}
          >
            {names.map(name => fields.get(name))}
          </Section>
        ]
      : [];
  });
  return (
    <div className="jp-smext-form-sections">
      {shown.length ? (
        shown
      ) : (
        <p role="status">
          {smext.trans.__('No field has “%1” in its name.', filter)}
        </p>
      )}
    </div>
  );
}

function Section(props: {
  section: IFormSection;
  wrong: boolean;
  given: number;
  unfolded: boolean;
  formContext?: IFieldContext;
  children: React.ReactNode;
}): React.ReactElement {
  const { section, wrong, given, unfolded, children } = props;
  const { trans } = props.formContext!.smext;
  const [opened, setOpened] = React.useState(!section.folded);
  const content = (
    <>
      {section.about && <p className="jp-smext-field-help">{section.about}</p>}
      <div className="jp-smext-form">{children}</div>
    </>
  );
  if (!section.folded || unfolded) {
    return (
      <section aria-label={section.title || undefined}>
        {section.title && <h2 className="jp-smext-h2">{section.title}</h2>}
        {content}
      </section>
    );
  }
  const open = opened || wrong;
  return (
    <details
      className="jp-smext-form-section"
      open={open}
      onToggle={event => setOpened(event.currentTarget.open)}
    >
      <summary>
        <span className="jp-smext-h2">{section.title}</span>
        {given > 0 && (
          <span className="jp-smext-muted">
            {trans._n('%1 filled in', '%1 filled in', given)}
          </span>
        )}
      </summary>
      {open && content}
    </details>
  );
}
