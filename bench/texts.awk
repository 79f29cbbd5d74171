# Words of all files -> `count` texts, JSON lines, of about `words` words on average: a text is a run of words of the documents.
function emit() { gsub(/["\\]/, "", text); printf "{\"text\":\"%s\"}\n", text; text=""; have=0; n++; want=int(words*share[n%10]+.5); if (n>=count) exit }
BEGIN { split(".35 .5 .65 .8 .9 1 1.1 1.3 1.6 1.8", s, " "); for(i=1;i<=10;i++) share[(i*7)%10]=s[i]; want=int(words*share[0]+.5) }
{ for (i=1;i<=NF;i++) { if ($i !~ /[A-Za-z]/ || length($i)>30) continue; text=text (have? " ":"") $i; if (++have>=want) emit() } }
