namespace HubertSharp.Runs.Files;

internal static class FileFaults
{
    public static UserException NotRegular(string path, string found) =>
        UserException.Create("not a regular file", path, "a file", found, "name a file that is stored on a disk");

    public static UserException LineTooLong(string path, int maximumBytes) =>
        UserException.Create("a line is too long", path, $"text with lines of at most {maximumBytes} bytes", "more",
            "check that it is the right file");

    public static UserException TooLarge(string path, long maximumBytes) =>
        UserException.Create("the file is too large", path, $"at most {maximumBytes} bytes", "more", "check that it is the right file");
}
