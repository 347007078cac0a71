namespace HubertSharp.Evaluation.Words;

/// <summary>Finds the hypothesis of each reference: by name, or by line where the lines have none.</summary>
internal static class TranscriptPairs
{
    /// <summary>Takes lines as names and texts where the other file has names, or where both look like it.</summary>
    public static TranscriptFile[] Named(TranscriptFile[] files)
    {
        if (files.All(f => f.HasNames))
            return files;
        if (files.All(f => f.HasNames || f.LooksNamed))
            return [.. files.Select(f => f.HasNames ? f : f.AsNamed())];
        var named = files.FirstOrDefault(f => f.HasNames);
        if (named is null)
            return files;
        throw WordFaults.OneIsNamed(named.Path, files.First(f => !f.HasNames && !f.LooksNamed).Path);
    }

    /// <summary>The hypothesis of every reference, in the references' order; null where there is none.</summary>
    /// <param name="reference">The references.</param>
    /// <param name="hypothesis">The hypotheses.</param>
    /// <param name="isPartial">Lets names be missing on either side.</param>
    /// <exception cref="HubertSharp.Runs.UserException">A name is missing, or there twice.</exception>
    public static string?[] Match(TranscriptFile reference, TranscriptFile hypothesis, bool isPartial)
    {
        if (!reference.HasNames || !hypothesis.HasNames)
        {
            return reference.Rows.Count == hypothesis.Rows.Count
                ? [.. hypothesis.Rows.Select(r => r.Text)]
                : throw WordFaults.LineCount(hypothesis.Path, reference.Rows.Count, hypothesis.Rows.Count, reference.Path);
        }
        var references = ByName(reference, n => n);
        var hypotheses = ByName(hypothesis, n => n);
        Func<string, string> key = n => n;
        if (!references.Keys.Any(hypotheses.ContainsKey))
        {
            key = n => Path.GetFileNameWithoutExtension(n);
            (references, hypotheses) = (ByName(reference, key), ByName(hypothesis, key));
            if (!references.Keys.Any(hypotheses.ContainsKey))
                throw WordFaults.NothingInCommon(reference.Path, hypothesis.Path, reference.Rows[0].Name!, hypothesis.Rows[0].Name!);
        }
        var missing = references.Keys.Where(n => !hypotheses.ContainsKey(n)).ToArray();
        if (missing.Length > 0 && !isPartial)
            throw WordFaults.MissingNames(hypothesis.Path, "no hypothesis", missing, reference.Path);
        var spare = hypotheses.Keys.Where(n => !references.ContainsKey(n)).ToArray();
        if (spare.Length > 0 && !isPartial)
            throw WordFaults.MissingNames(reference.Path, "no reference", spare, hypothesis.Path);
        return [.. reference.Rows.Select(r => hypotheses.GetValueOrDefault(key(r.Name!))?.Text)];
    }

    private static Dictionary<string, TranscriptRow> ByName(TranscriptFile file, Func<string, string> key)
    {
        var rows = new Dictionary<string, TranscriptRow>(StringComparer.Ordinal);
        foreach (var row in file.Rows)
        {
            if (!rows.TryAdd(key(row.Name!), row))
                throw WordFaults.Twice(file.Path, key(row.Name!), rows[key(row.Name!)].Line, row.Line);
        }
        return rows;
    }
}
