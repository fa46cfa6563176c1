import * as React from 'react';

import { IEndpointFormats } from '../../protocol';
import { inputOf, typeOfFile } from './content-types';
import { IDraft } from './draft';

/** A text file up to this long is put where it can be changed; typing into more would be slow. */
const EDITED = 200_000;

/**
 * What takes files that are dropped, pasted or chosen: properties of the element that takes them,
 * whether one hangs over it, and how to take one from elsewhere.
 */
export interface IIntake {
  readonly dropping: boolean;
  readonly props: React.HTMLAttributes<HTMLElement>;
  take(file: File): Promise<void>;
}

/**
 * Take files as the input of a draft, under the content type that suits them.
 */
export function useIntake(
  contentType: string,
  formats: IEndpointFormats | null,
  onChange: (more: Partial<IDraft>) => void
): IIntake {
  const [dropping, setDropping] = React.useState(false);
  const take = async (file: File) => {
    const type = typeOfFile(file, contentType, formats?.content_types ?? []);
    const bytes = new Uint8Array(await file.arrayBuffer());
    const input = inputOf(type);
    onChange(
      input === 'text' && bytes.length <= EDITED
        ? {
            contentType: type,
            file: null,
            text: new TextDecoder().decode(bytes)
          }
        : { contentType: type, file: { name: file.name, bytes, input } }
    );
  };
  const takeFirst = (event: React.SyntheticEvent, data: DataTransfer) => {
    const [file] = data.files;
    if (file) {
      event.preventDefault();
      void take(file);
    }
  };
  return {
    dropping,
    take,
    props: {
      onPaste: event => takeFirst(event, event.clipboardData),
      onDragOver: event => {
        if (event.dataTransfer.types.includes('Files')) {
          event.preventDefault();
          setDropping(true);
        }
      },
      onDragLeave: event => {
        const { currentTarget, relatedTarget } = event;
        if (!currentTarget.contains(relatedTarget as Node | null)) {
          setDropping(false);
        }
      },
      onDrop: event => {
        setDropping(false);
        takeFirst(event, event.dataTransfer);
      }
    }
  };
}
