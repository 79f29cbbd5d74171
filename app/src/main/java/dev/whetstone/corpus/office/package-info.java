/// Reads Office Open XML files (Word, PowerPoint, Excel), OpenDocument texts and RTF. A file
/// enters; blocks and notes leave through a [dev.whetstone.corpus.DocumentBuilder]. Values of cells
/// and automatic numbers are written as the program shows them. Never: hidden or deleted content
/// without being asked for, a part that unpacks without a bound, an XML document type.
@NullMarked
package dev.whetstone.corpus.office;

import org.jspecify.annotations.NullMarked;
